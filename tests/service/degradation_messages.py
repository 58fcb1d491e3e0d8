"""The way of a message is blocked, and who may send one changes."""

from client import Answer, Client, isin
from degraded import KNOWN, StackTest
from stack import wait_until


class QueueFull(StackTest):
    options = {"queue": {"limit": 3}}

    def test_nothing_is_accepted_until_some_are_stored(self) -> None:
        self.stack.worker.stop()
        accepted = {self.accept(number) for number in range(3)}
        self.assert_unavailable(self.post("too many"))
        self.assert_unavailable(self.post("too many", key="k"))
        self.assertEqual(self.refusals("full"), 2)
        self.stack.worker.start()
        later = self.eventually(lambda: self.post("later", key="k2"), lambda a: a.status == 202)
        for transaction in accepted | {later.json["transaction_id"]}:
            self.wait_stored(transaction)
        self.assertEqual(self.stored(), accepted | {later.json["transaction_id"]})
        self.end_well()


class QueueNotDurable(StackTest):
    def test_nothing_is_accepted_while_redis_may_forget(self) -> None:
        accepted: set[str] = set()

        def post() -> Answer:
            answer = self.post("message")
            if answer.status == 202:
                accepted.add(answer.json["transaction_id"])
            return answer

        for setting, bad, good in (("appendfsync", "everysec", "always"),
                                   ("maxmemory-policy", "allkeys-lru", "noeviction")):
            with self.subTest(setting=setting):
                before = self.refusals("not_durable")
                self.stack.redis_cli("CONFIG", "SET", setting, bad)
                self.assert_unavailable(self.eventually(post, lambda a: a.status != 202))
                self.assertGreater(self.refusals("not_durable"), before)
                self.assertEqual(self.get(f"/v1/securities/{KNOWN}").status, 200)
                self.stack.redis_cli("CONFIG", "SET", setting, good)
                self.eventually(post, lambda a: a.status == 202)
        for transaction in accepted:
            self.wait_stored(transaction)
        self.assertEqual(self.stored(), accepted)
        self.end_well()


class Tokens(StackTest):
    def test_a_changed_file_counts_without_a_restart(self) -> None:
        old, new, reading = self.stack.token, "brought in later", self.stack.read_token
        process = self.stack.securities.pid

        def status(token: str) -> int:
            with Client(self.stack.base, token) as client:
                answer = client.send("POST", "/v1/messages", {"topic": "tokens", "message": token})
            if answer.status in (401, 403):
                self.assertTrue(answer.header("WWW-Authenticate").startswith("Bearer"))
            return answer.status

        self.assertEqual([status(t) for t in (old, new, reading, "")], [202, 401, 403, 401])
        self.stack.write_tokens({new: "write,read", reading: "read"})
        wait_until(lambda: status(new) == 202, what="the new token works")
        self.assertEqual([status(t) for t in (old, new, reading, "")], [401, 202, 403, 401])
        self.stack.write_tokens({old: "write", new: "read"})
        wait_until(lambda: status(old) == 202, what="the old token works again")
        self.assertEqual([status(t) for t in (old, new, reading)], [202, 403, 401])
        self.stack.tokens_file.write_text("this is no line of a tokens file\n")
        wait_until(lambda: "bad token file" in self.stack.log("securities"), what="the log tells")
        self.assertEqual([status(t) for t in (old, new, reading)], [202, 403, 401])
        self.assertEqual(self.stack.securities.pid, process)
        self.assertTrue(self.stack.securities.running)
        self.end_well()


class WorkerGone(StackTest):
    def test_what_is_pending_stays_known_and_is_counted(self) -> None:
        self.stack.worker.kill()
        transactions = [self.accept(number) for number in range(4)]
        for _ in range(2):
            for transaction in transactions:
                answer = self.get(f"/v1/messages/{transaction}?wait=1")
                self.assertEqual(answer.status, 202, answer.body)
                self.assertEqual(answer.json["status"], "pending")
            self.stack.redis.kill()
            self.stack.redis.start()
            self.eventually(lambda: self.get(f"/v1/messages/{transactions[0]}"),
                            lambda a: a.status == 202)
        self.stack.worker.start()
        for number, transaction in enumerate(transactions):
            self.assertEqual(self.wait_stored(transaction)["message"], number)
        self.assertEqual(self.stored(), set(transactions))
        self.end_well()

    def test_depth_and_age_rise_while_nothing_is_stored(self) -> None:
        # The worker itself tells of its backlog: what it cannot store, because PostgreSQL is gone.
        self.stack.postgres.kill()
        transactions = [self.accept(number) for number in range(4)]
        wait_until(lambda: self.count("remora_queue_depth", "worker") == 4, what="depth")
        self.assertEqual(self.count("remora_messages", "worker", state="pending"), 4)
        age = self.count("remora_messages_oldest_pending_age_seconds", "worker")
        wait_until(lambda: self.count("remora_messages_oldest_pending_age_seconds", "worker") > age,
                   what="the age of the oldest message rises")
        self.stack.postgres.start()
        for transaction in transactions:
            self.wait_stored(transaction)
        wait_until(lambda: self.count("remora_queue_depth", "worker") == 0, what="depth is 0 again")
        wait_until(lambda: self.count("remora_messages_oldest_pending_age_seconds", "worker") == 0,
                   what="age is 0 again")
        self.assertEqual(self.count("remora_queue_lag", "worker"), 0)
        self.end_well()


class DeadLetter(StackTest):
    def test_it_is_kept_with_its_reason_and_can_be_sent_again(self) -> None:
        absent = isin("XS", 1)
        poison = self.accept({"isin": absent, "value": 12.5}, "scores")
        good = self.accept({"isin": KNOWN, "value": 87.25}, "scores")
        self.wait_stored(good)
        self.eventually(lambda: self.get(f"/v1/messages/{poison}"), lambda a: a.status == 200)
        answer = self.get(f"/v1/messages/{poison}").json
        self.assertEqual(set(answer), {"transaction_id", "status", "reason"})
        self.assertEqual((answer["transaction_id"], answer["status"]), (poison, "dead_lettered"))
        self.assertTrue(answer["reason"])
        self.wait_dead(1)

        self.assertIn(poison, self.dead_letters("list"))
        self.assertIn(answer["reason"], self.dead_letters("list"))
        self.stack.sql("insert into security values "
                       f"('{absent}', 'Came Later', 'XS', 'Test', 'EUR', 'test')")
        self.dead_letters("redrive")
        self.assertEqual(self.wait_stored(poison)["message"], {"isin": absent, "value": 12.5})
        self.assertNotIn(poison, self.dead_letters("list"))
        self.wait_dead(0)
        score = self.get(f"/v1/securities/{absent}/score")
        self.assertEqual((score.status, score.json["value"]), (200, 12.5))
        self.end_well()

    def dead_letters(self, command: str) -> str:
        config = str(self.stack.worker.config_file)
        done = self.stack.run("dead-letters", command, "--config", config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def wait_dead(self, number: int) -> None:
        wait_until(lambda: self.count("remora_messages", "worker", state="dead_lettered") == number,
                   what=f"the account counts {number} dead letters")
