#!/usr/bin/env python3
"""Whatever the application does, and whenever the sidecar is told to end: every client gets an
answer or a closed connection, and the sidecar's counters say what the clients saw.

Exit codes: 0 all well, 1 not. `--seed` repeats the same choices.
"""

import argparse
import http.client
import random
import socket
import sys
import threading
import time
from collections import Counter

from servers import wait_until
from sidecar_load import Load
from sidecars import SidecarTest, accepts, run_tests
from stack import sample

DURATION = "http_server_request_duration_seconds_count"
TIMEOUT = 1  # seconds, as configured


class SidecarFaultsTest(SidecarTest):
    seed = 1

    def setUp(self) -> None:
        super().setUp()
        self.chance = random.Random(f"{self.seed}-{self.id()}")
        self.app = self.application()

    def in_front(self, **more) -> None:
        """Starts the application, and the sidecar in front of it."""
        routes = [{"route": "/ok"}, {"route": "/echo"}, {"route": "/call"},
                  {"route": "/slow/{ms}"}, {"route": "/broken/{how}"}]
        inbound = {"name": "in", "upstream": f"127.0.0.1:{self.app.port}", "routes": routes,
                   "timeout": f"{TIMEOUT}s"}
        for route in routes:
            route["timeout"] = f"{TIMEOUT}s"
        self.car = self.sidecar({"inbound": [inbound]} | more)
        if "outbound" in more:
            self.app.outbound = self.car.at("out")
        self.begin(self.app)
        self.begin(self.car)

    def load(self, paths: list[str], **more) -> Load:
        return self.stack.enter_context(Load(self.car.at("in"), paths, seed=self.seed, **more))

    def assert_counted(self, load: Load) -> None:
        """The sidecar's counters are what the clients saw, status by status."""
        expected = load.statuses
        # An answer is counted a moment after the client has it.
        wait_until(lambda: self.car.metric(DURATION) >= load.answers(), what="the last counts")
        text = self.car.metrics()
        for status in {*expected, 200, 502, 504}:
            self.assertEqual(sample(text, DURATION, http_response_status_code=str(status)) or 0,
                             expected[status], f"{status} of {expected}")
        bad = sum(n for status, n in expected.items() if status >= 500)
        self.assertEqual(sample(text, "remora_sli_requests_total", result="bad") or 0, bad)

    def assert_all_answered(self, load: Load, allowed: set[int]) -> None:
        self.assertLessEqual(set(load.statuses), allowed)
        self.assertEqual((load.closed, load.cut, load.refused, load.hung), (0, 0, 0, 0))
        self.assertEqual(load.told, [], "answers of the sidecar's own are problem documents")

    def well_again(self, load: Load) -> None:
        """A hundred more answers of 200 in a row of all, without a restart of the sidecar."""
        def hundred() -> bool:
            before = Counter(load.statuses)
            wait_until(lambda: load.answers() >= sum(before.values()) + 100, what="answers")
            return set(load.statuses - before) == {200}
        wait_until(hundred, what="only good answers")

    def test_a_killed_application_is_told_as_502_and_found_again(self) -> None:
        self.in_front()
        load = self.load(["/ok", "/echo"])
        for _ in range(3):
            wait_until(lambda n=load.answers(): load.answers() > n + 100, what="traffic")
            self.app.kill()
            wait_until(lambda n=load.statuses[502]: load.statuses[502] > n + 20, what="502")
            time.sleep(self.chance.uniform(0, 0.3))  # how long it is gone
            self.app.start()
            self.well_again(load)
        load.stop()
        self.assert_all_answered(load, {200, 502})
        self.assert_counted(load)
        text = self.car.metrics()
        # "unavailable": reset while it connected, in the queue of a listener that was just killed.
        told = [sample(text, DURATION, http_response_status_code="502", error_type=why) or 0
                for why in ("connection_refused", "connection_terminated",
                            "http_response_incomplete", "destination_unavailable")]
        self.assertEqual(sum(told), load.statuses[502],
                         [line for line in text.splitlines() if line.startswith(DURATION)])
        self.assertGreater(told[0], 0)
        self.assert_balanced_end(self.car, self.car.stop())

    def test_a_frozen_application_is_told_as_504_and_found_again(self) -> None:
        self.in_front()
        load = self.load(["/ok", "/echo"])
        for _ in range(2):
            wait_until(lambda n=load.answers(): load.answers() > n + 100, what="traffic")
            self.app.pause()
            wait_until(lambda n=load.statuses[504]: load.statuses[504] > n + 8, what="504")
            self.app.resume()
            self.well_again(load)
        load.stop()
        self.assert_all_answered(load, {200, 504})
        self.assert_counted(load)
        self.assertEqual(self.car.metric(DURATION, error_type="http_response_timeout"),
                         load.statuses[504])
        self.assert_balanced_end(self.car, self.car.stop())

    def test_broken_answers_are_told_or_cut_and_others_do_not_notice(self) -> None:
        self.in_front()
        good = self.load(["/ok", "/echo"], clients=4)
        expected = {"/half-head": 502, "/reset": 502, "/garbage": 502, "/hang": 504}
        broken = [*expected, "/half"] * 8
        self.chance.shuffle(broken)
        seen: Counter[int] = Counter()
        for path in broken:
            client = http.client.HTTPConnection("127.0.0.1", self.car.at("in"), timeout=60)
            client.request("GET", path)
            answer = client.getresponse()
            if path == "/half":
                self.assertEqual(answer.status, 200)
                self.assertRaises(http.client.IncompleteRead, answer.read)
            else:
                self.assertEqual((path, answer.status), (path, expected[path]))
                self.assertEqual(answer.headers["content-type"], "application/problem+json")
            seen[answer.status] += 1
            client.close()
        good.stop()
        self.assert_all_answered(good, {200})
        wait_until(lambda: self.car.metric(DURATION) == good.answers() + len(broken), what="counts")
        text = self.car.metrics()
        for why, times in (("http_response_incomplete", 8), ("http_response_timeout", 8),
                           ("http_protocol_error", 8)):
            self.assertGreaterEqual(sample(text, DURATION, error_type=why) or 0, times, why)
        self.assertEqual(sample(text, DURATION, http_response_status_code="502"), 24)
        self.assertEqual(sample(text, DURATION, http_response_status_code="504"), 8)
        self.assert_balanced_end(self.car, self.car.stop())

    def end_under_load(self, workers: int) -> None:
        other = self.begin(self.application("other"))
        self.in_front(workers=workers, drain={"delay": "300ms", "grace": "30s"},
                      tracing={"sample_ratio": 1},
                      outbound=[{"name": "out", "upstream": f"127.0.0.1:{other.port}"}])
        load = self.load(["/ok", "/echo", "/slow/40", "/call"], clients=16)
        wait_until(lambda: load.answers() > 300, what="traffic")
        self.car.terminate()
        code = self.car.ended()
        taken, called = self.app.count(), self.app.count("calls")
        load.stop()
        self.assertEqual(set(load.statuses), {200})
        self.assertEqual((load.cut, load.hung), (0, 0))
        # Nobody who was not answered had been taken: neither here nor there.
        last = self.assert_balanced_end(self.car, code)
        self.assertEqual(last["requests_answered"], load.answers() + called)
        self.assertEqual(taken, load.answers())
        self.assertEqual(other.count(), called)
        self.assertEqual(called, load.by_path["/call"])

    def test_the_end_under_load_loses_no_request(self) -> None:
        self.end_under_load(workers=1)

    def test_the_end_under_load_loses_no_request_with_two_workers(self) -> None:
        self.end_under_load(workers=2)

    def test_the_first_request_of_a_new_connection_is_waited_for_at_the_end(self) -> None:
        """A client that has just connected would not try again when it is closed before its request."""
        self.in_front(drain={"delay": "0s", "grace": "10m"})

        def answered() -> bool:
            with socket.create_connection(("127.0.0.1", self.car.at("in")), timeout=60) as client:
                wait_until(lambda: self.car.metric("remora_sidecar_connections") == 1, what="it")
                self.car.terminate()
                wait_until(lambda: not accepts(self.car.at("in")), what="the drain")
                try:
                    client.sendall(b"GET /ok HTTP/1.1\r\nhost: shop\r\n\r\n")
                    return b"200" in client.recv(4096).split(b"\r\n")[0]
                except OSError:
                    return False
                finally:
                    self.assertEqual(self.car.ended(), 0)

        # The sidecar waits for a second only; a machine may stall for longer, but not again and again.
        for _ in range(5):
            if answered():
                return
            self.car.start()
        self.fail("new connections are closed before their first request")

    def test_a_silent_new_connection_does_not_hold_up_the_end(self) -> None:
        self.in_front(drain={"delay": "0s", "grace": "10m"})
        with socket.create_connection(("127.0.0.1", self.car.at("in")), timeout=60):
            wait_until(lambda: self.car.metric("remora_sidecar_connections") == 1, what="it")
            self.car.terminate()
            self.assert_balanced_end(self.car, self.car.ended())

    def test_a_call_of_a_draining_application_is_made(self) -> None:
        """One long request that calls another service when everything is draining already."""
        other = self.begin(self.application("other"))
        self.in_front(drain={"delay": "0s", "grace": "30s"},
                      outbound=[{"name": "out", "upstream": f"127.0.0.1:{other.port}"}])
        statuses: list[int] = []

        def ask() -> None:
            client = http.client.HTTPConnection("127.0.0.1", self.car.at("in"), timeout=60)
            client.request("GET", "/call-later/600")
            statuses.append(client.getresponse().status)

        asking = threading.Thread(target=ask)
        asking.start()
        wait_until(lambda: self.app.count() == 1, what="the request")
        self.car.terminate()
        asking.join()
        self.assertEqual(statuses, [200])
        self.assertEqual(other.count(), 1)
        self.assert_balanced_end(self.car, self.car.ended())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    SidecarFaultsTest.seed = parser.parse_known_args()[0].seed
    print(f"seed {SidecarFaultsTest.seed}", flush=True)
    return run_tests(__name__, __doc__, parser)


if __name__ == "__main__":
    sys.exit(main())
