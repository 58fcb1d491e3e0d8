"""What the tests of degradation share: a stack each, answers in time, and the words for what is
wrong with them."""

import re
import unittest
from collections.abc import Callable
from typing import Any

from client import Answer, Client
from stack import ROLES, ROOT, Skip, Stack, sample, wait_until

REQUEST_TIMEOUT = 2  # seconds, as configured; short, for here much is waited for
LONGEST = REQUEST_TIMEOUT + 2
QUICK = {"request_timeout": f"{REQUEST_TIMEOUT}s"}
# Processes are killed here, not the machine: the kernel keeps what they wrote. With it PostgreSQL
# begins a recovery by syncing every file it has.
QUICK_RECOVERY = {"postgres": {"fsync": "off"}}
NO_LOCAL_CACHE = {"cache": {"local": "0s"}}
SOON_STALE = {"cache": {"fresh": "1s", "local": "100ms"}}
KNOWN, OTHER = "US0378331005", "DE0007164600"


class StackTest(unittest.TestCase):
    programs = ROOT / "build/bin"
    options: dict[str, dict] = {}  # of the role securities

    def setUp(self) -> None:
        try:
            self.stack = self.enterContext(
                Stack(self.programs, options={"securities": QUICK | self.options} | QUICK_RECOVERY))
        except Skip as why:
            self.skipTest(str(why))
        self.client = self.enterContext(Client(self.stack.base, self.stack.token))

    def end_well(self) -> None:
        """Whatever it went through, every role ends when it is asked to."""
        for role in reversed(ROLES):
            self.assertEqual(getattr(self.stack, role).stop(), 0, self.stack.log(role)[-2000:])

    def get(self, path: str, **headers: str) -> Answer:
        return self.in_time(self.client.get(path, **headers))

    def post(self, message: Any, topic: str = "degradation", key: str = "") -> Answer:
        headers = {"Idempotency_Key": key} if key else {}
        return self.in_time(self.client.send(
            "POST", "/v1/messages", {"topic": topic, "message": message}, **headers))

    def in_time(self, answer: Answer) -> Answer:
        self.assertLess(answer.seconds, LONGEST)
        return answer

    def eventually(self, ask: Callable[[], Answer], good: Callable[[Answer], Any]) -> Answer:
        last: list[Answer] = []
        try:
            wait_until(lambda: last.append(ask()) or good(last[-1]), 60)
        except AssertionError:
            self.fail(f"still {last[-1].status} {last[-1].body!r} {dict(last[-1].headers)}")
        return last[-1]

    def count(self, name: str, role: str = "securities", **labels: str) -> float:
        return sample(self.stack.metrics(role), name, **labels) or 0.0

    def degraded(self, state: str) -> float:
        return self.count("remora_degraded_answers_total", state=state)

    def refusals(self, reason: str) -> float:
        return self.count("remora_queue_refusals_total", reason=reason)

    def stored(self) -> set[str]:
        return {row[0] for row in self.stack.sql("select transaction_id from message")}

    def assert_unavailable(self, answer: Answer) -> None:
        self.assertEqual(answer.status, 503, answer.body)
        self.assertEqual(answer.header("Content-Type"), "application/problem+json")
        self.assertEqual(answer.json["status"], 503)
        self.assertRegex(answer.header("Retry-After"), r"^\d+$")

    def assert_whole(self, answer: Answer, asked: str) -> None:
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json["isin"], asked)
        self.assertEqual(answer.json["score"]["scale"], "0-100")

    def assert_stale(self, answer: Answer) -> None:
        max_age = re.fullmatch(r"public, max-age=(\d+)", answer.header("Cache-Control"))
        self.assertGreater(int(answer.header("Age")), int(max_age[1]))
        self.assertRegex(answer.header("Cache-Status"), r"^remora-api; hit; ttl=-\d+\b")
        self.assertEqual(answer.header("Warning"), '110 - "Response is Stale"')

    def get_stale(self, path: str) -> Answer:
        """Reads until the answer is older than it should be; on the way there it is always one."""
        def old(answer: Answer) -> bool:
            self.assertEqual(answer.status, 200, answer.body)
            max_age = int(answer.header("Cache-Control").split("=")[1])
            return answer.header("Warning") and int(answer.header("Age")) > max_age
        answer = self.eventually(lambda: self.get(path), old)
        self.assert_stale(answer)
        return answer

    def accept(self, message: Any, topic: str = "degradation") -> str:
        answer = self.post(message, topic)
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json["transaction_id"]

    def wait_stored(self, transaction: str) -> dict:
        path = f"/v1/messages/{transaction}?wait=1"
        answer = self.eventually(lambda: self.get(path), lambda a: a.status == 200)
        self.assertEqual(answer.json["status"], "stored")
        return answer.json
