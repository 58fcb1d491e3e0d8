"""What wrk is told to send, and which of its runs count."""

import os
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from load import SAMPLED, UNSAMPLED, Load, LoadFailed, LoadResult, check, run_load

CORE = min(os.sched_getaffinity(0))


class Recorder(BaseHTTPRequestHandler):
    """Answers 200 and remembers; `protocol_version` keeps connections open."""

    protocol_version = "HTTP/1.1"
    status = 200

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, self.headers, body.decode()))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_) -> None:
        pass


class Sending(unittest.TestCase):
    def setUp(self):
        try:
            subprocess.run(["wrk", "--version"], capture_output=True, check=False)
        except FileNotFoundError:
            self.skipTest("wrk is not installed")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
        self.server.seen, self.server.status = [], 200
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def send(self, load: Load) -> LoadResult:
        with tempfile.TemporaryDirectory() as directory:
            return run_load(load, self.server.server_address[1], 1, CORE, Path(directory))

    def test_posts_the_body_with_the_headers(self):
        headers = ("Authorization: Bearer x", "Content-Type: application/json")
        result = self.send(Load("/v1/messages", 2, headers=headers, method="POST", body='{"a":1}'))
        self.assertGreaterEqual(len(self.server.seen), result.requests)
        for method, path, sent, body in self.server.seen:
            self.assertEqual((method, path, body), ("POST", "/v1/messages", '{"a":1}'))
            self.assertEqual(sent["Authorization"], "Bearer x")

    def test_asks_for_the_paths_in_turn(self):
        self.send(Load("/0", 1, paths=tuple(f"/{n}" for n in range(7))))
        asked = [int(path[1:]) for _, path, _, _ in self.server.seen]
        self.assertEqual(asked, [(asked[0] + n) % 7 for n in range(len(asked))])
        self.assertGreater(len(asked), 7)

    def test_marks_one_of_so_many_as_sampled(self):
        self.send(Load("/0", 1, sampled_every=10))
        sampled = [sent["traceparent"] == SAMPLED for _, _, sent, _ in self.server.seen]
        self.assertLessEqual({sent["traceparent"] for _, _, sent, _ in self.server.seen},
                             {SAMPLED, UNSAMPLED})
        self.assertAlmostEqual(sum(sampled), len(sampled) / 10, delta=1)

    def test_does_not_count_when_requests_fail(self):
        self.server.status = 503
        with self.assertRaises(LoadFailed):
            self.send(Load("/", 1))


class Check(unittest.TestCase):
    def test_refuses_a_rate_that_was_not_held(self):
        check(Load("/", rate=100), LoadResult(102, 1, 0, 1, 1))
        with self.assertRaises(LoadFailed):
            check(Load("/", rate=100), LoadResult(90, 1, 0, 1, 1))

    def test_refuses_no_answers(self):
        with self.assertRaises(LoadFailed):
            check(Load("/"), LoadResult(0, 1, 0, 0, 0))

    def test_takes_a_part_of_a_large_answer(self):
        check(Load("/"), LoadResult(0, 1, 0, 0, 0, bytes=1_000_000))


if __name__ == "__main__":
    unittest.main()
