"""Redis, PostgreSQL or the scores API is gone or frozen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from client import Answer, Client
from degraded import KNOWN, NO_LOCAL_CACHE, OTHER, SOON_STALE, StackTest
from stack import wait_until


class RedisGone(StackTest):
    options = NO_LOCAL_CACHE

    def test_reads_are_made_of_postgresql_and_counted(self) -> None:
        self.stack.redis.kill()
        for asked in (KNOWN, KNOWN, OTHER):
            answer = self.get(f"/v1/securities/{asked}")
            self.assert_whole(answer, asked)
            self.assertRegex(answer.header("Cache-Status"), r"^remora-api; fwd=")
        self.assertEqual(self.get(f"/v1/securities/{KNOWN}/score").status, 200)
        self.assertEqual(self.get("/v1/securities?limit=5").status, 200)
        self.assertGreaterEqual(self.degraded("cache_bypassed"), 4)
        self.stack.redis.start()
        self.eventually(lambda: self.get(f"/v1/securities/{KNOWN}"),
                        lambda a: a.header("Cache-Status").startswith("remora-api; hit"))
        bypassed = self.degraded("cache_bypassed")
        self.assert_whole(self.get(f"/v1/securities/{KNOWN}"), KNOWN)
        self.assertEqual(self.degraded("cache_bypassed"), bypassed)
        self.end_well()

    def test_writes_are_refused_before_anything_is_accepted(self) -> None:
        self.stack.redis.kill()
        self.assert_unavailable(self.post("refused"))
        self.assert_unavailable(self.post("refused", key="k"))
        self.assert_unavailable(self.in_time(self.client.send(
            "POST", "/ingresar-datos",
            {"topic_arn": "arn:aws:sns:eu-west-1:123456789012:degradation", "message": "refused"})))
        self.assertGreaterEqual(self.refusals("unavailable"), 3)
        self.stack.redis.start()
        accepted = self.eventually(lambda: self.post("accepted"), lambda a: a.status == 202)
        self.wait_stored(accepted.json["transaction_id"])
        self.assertEqual(self.stack.sql("select message #>> '{}' from message"), [("accepted",)])
        wait_until(lambda: self.count("remora_messages", "worker", state="accepted") == 1,
                   what="the account says that one was accepted")
        self.end_well()


class Overloaded(StackTest):
    options = NO_LOCAL_CACHE | {"postgres": {"pool": 1, "waiting": 2}}

    def test_reads_past_the_cache_are_bounded(self) -> None:
        asked = [row[0] for row in self.stack.sql("select isin from security limit 24")]
        self.stack.redis.kill()
        self.stack.postgres.pause()

        def read(security: str) -> Answer:
            with Client(self.stack.base) as client:
                return client.get(f"/v1/securities/{security}")

        with ThreadPoolExecutor(len(asked)) as readers:
            for answer in readers.map(read, asked):
                self.assert_unavailable(self.in_time(answer))
        # Three have a place: one on the connection, two waiting for it.
        self.assertGreaterEqual(self.degraded("overloaded"), len(asked) - 3)
        self.stack.postgres.resume()
        self.eventually(lambda: self.get(f"/v1/securities/{asked[0]}"), lambda a: a.status == 200)
        self.end_well()


class RedisFrozen(StackTest):
    options = NO_LOCAL_CACHE

    def test_reads_do_not_wait_for_it(self) -> None:
        self.assert_whole(self.get(f"/v1/securities/{KNOWN}"), KNOWN)
        self.stack.redis.pause()
        for asked in (KNOWN, OTHER, KNOWN, OTHER):
            self.assert_whole(self.get(f"/v1/securities/{asked}"), asked)
        self.assertEqual(self.get("/v1/securities?limit=500").status, 200)
        self.assertGreaterEqual(self.degraded("cache_bypassed"), 4)
        self.stack.redis.resume()
        self.eventually(lambda: self.get(f"/v1/securities/{KNOWN}"),
                        lambda a: a.header("Cache-Status").startswith("remora-api; hit"))
        self.end_well()

    def test_writes_are_refused_and_with_a_key_happen_once(self) -> None:
        self.stack.redis.pause()
        for _ in range(3):
            self.assert_unavailable(self.post("once", key="the-same"))
        self.stack.redis.resume()
        answers = [self.eventually(lambda: self.post("once", key="the-same"),
                                   lambda a: a.status == 202) for _ in range(2)]
        first, second = (a.json["transaction_id"] for a in answers)
        self.assertEqual(first, second)
        self.wait_stored(first)
        # Redis may execute what it was sent while frozen; under one key that is one message.
        self.assertEqual(self.stored(), {first})
        self.end_well()

    def test_a_put_score_reaches_readers_when_it_is_back(self) -> None:
        path = f"/v1/securities/{KNOWN}/score"
        self.assertEqual(self.get(path).status, 200)
        self.stack.redis.pause()
        answer = self.in_time(self.client.send("PUT", path, {"value": 12.34}))
        self.assertIn(answer.status, (200, 503), answer.body)
        self.stack.redis.resume()
        again = self.eventually(lambda: self.client.send("PUT", path, {"value": 12.35}),
                                lambda a: a.status == 200)
        self.assertEqual(again.json["value"], 12.35)
        self.eventually(lambda: self.get(path), lambda a: a.json["value"] == 12.35)
        self.end_well()


class PostgresGone(StackTest):
    options = SOON_STALE

    def test_cached_answers_are_stale_and_say_so(self) -> None:
        fresh = self.get(f"/v1/securities/{KNOWN}")
        self.assert_whole(fresh, KNOWN)
        self.stack.postgres.kill()
        stale = self.get_stale(f"/v1/securities/{KNOWN}")
        self.assertEqual((stale.body, stale.header("ETag")), (fresh.body, fresh.header("ETag")))
        unchanged = self.get(f"/v1/securities/{KNOWN}", If_None_Match=fresh.header("ETag"))
        self.assertEqual((unchanged.status, unchanged.body), (304, b""))
        self.assert_stale(unchanged)
        self.assertEqual(self.get_stale(f"/v1/securities/{KNOWN}/score").json["isin"], KNOWN)
        self.assertGreaterEqual(self.degraded("stale"), 3)
        self.assertGreater(
            self.count("remora_cache_requests_total", cache="shared", result="stale"), 0)
        self.stack.postgres.start()
        self.eventually(lambda: self.get(f"/v1/securities/{KNOWN}"),
                        lambda a: a.status == 200 and not a.header("Warning"))
        self.end_well()

    def test_what_is_not_cached_is_unavailable(self) -> None:
        self.stack.postgres.kill()
        self.assert_unavailable(self.get(f"/v1/securities/{KNOWN}"))
        self.assert_unavailable(self.get(f"/v1/securities/{KNOWN}/score"))
        self.assert_unavailable(self.get("/v1/securities"))
        self.assert_unavailable(self.in_time(
            self.client.send("PUT", f"/v1/securities/{KNOWN}/score", {"value": 1})))
        self.assert_unavailable(self.in_time(
            self.client.send("POST", "/v1/scores", {"items": [{"isin": KNOWN, "value": 1}]})))
        self.assertGreaterEqual(self.degraded("source_unavailable"), 3)
        self.stack.postgres.start()
        self.eventually(lambda: self.get("/v1/securities"), lambda a: a.status == 200)
        self.eventually(lambda: self.get(f"/v1/securities/{KNOWN}"), lambda a: a.status == 200)
        self.end_well()

    def test_messages_are_accepted_and_stay_pending(self) -> None:
        self.stack.postgres.kill()
        transactions = [self.accept(number) for number in range(5)]
        for transaction in transactions:
            answer = self.get(f"/v1/messages/{transaction}")
            self.assertEqual(answer.status, 202, answer.body)
            self.assertEqual(answer.json, {"transaction_id": transaction, "status": "pending"})
        self.stack.postgres.start()
        for number, transaction in enumerate(transactions):
            self.assertEqual(self.wait_stored(transaction)["message"], number)
        self.assertEqual(self.stored(), set(transactions))
        self.end_well()


class PostgresFrozen(StackTest):
    options = SOON_STALE

    def test_nothing_hangs(self) -> None:
        self.assert_whole(self.get(f"/v1/securities/{KNOWN}"), KNOWN)
        self.stack.postgres.pause()
        self.assertEqual(self.get_stale(f"/v1/securities/{KNOWN}").json["isin"], KNOWN)
        self.assert_unavailable(self.get(f"/v1/securities/{OTHER}"))
        self.assert_unavailable(self.get("/v1/securities"))
        transaction = self.accept("while frozen")
        self.assertIn(self.get(f"/v1/messages/{transaction}").status, (202, 503))
        self.assertGreater(self.degraded("stale"), 0)
        self.assertGreater(self.degraded("source_unavailable"), 0)
        self.stack.postgres.resume()
        self.eventually(lambda: self.get(f"/v1/securities/{OTHER}"), lambda a: a.status == 200)
        self.wait_stored(transaction)
        self.end_well()


class ScoresAway(StackTest):
    options = SOON_STALE

    def test_when_gone_no_security_is_without_its_score(self) -> None:
        self.check(self.stack.scores.kill, self.stack.scores.start)

    def test_when_frozen_no_security_is_without_its_score(self) -> None:
        self.check(self.stack.scores.pause, self.stack.scores.resume)

    def check(self, leave: Callable[[], Any], come_back: Callable[[], Any]) -> None:
        fresh = self.get(f"/v1/securities/{KNOWN}")
        self.assert_whole(fresh, KNOWN)
        leave()
        self.assertEqual(self.get_stale(f"/v1/securities/{KNOWN}").body, fresh.body)
        self.assert_unavailable(self.get(f"/v1/securities/{OTHER}"))
        self.assert_unavailable(self.get(f"/v1/securities/{OTHER}/score"))
        page = self.get("/v1/securities?limit=3")
        if page.status == 200:
            self.assertTrue(all(item["score"] for item in page.json["items"]), page.body)
        else:
            self.assert_unavailable(page)
        self.assert_unavailable(self.in_time(
            self.client.send("PUT", f"/v1/securities/{KNOWN}/score", {"value": 1})))
        self.assertGreater(self.degraded("stale"), 0)
        self.assertGreaterEqual(self.degraded("source_unavailable"), 2)
        come_back()
        self.assert_whole(self.eventually(lambda: self.get(f"/v1/securities/{OTHER}"),
                                          lambda a: a.status == 200), OTHER)
        self.end_well()
