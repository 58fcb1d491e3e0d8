"""What the fault test did and saw: written by all its threads, judged at the end."""

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from stack import Stack

TOPIC = "faults"  # stored as a record
SCORES = "scores"  # updates a score


@dataclass(frozen=True)
class World:
    """The securities, which do not change, and the scores that there were at first."""

    securities: dict[str, tuple[str, str, str, str]]  # isin → name, country, sector, currency
    seeded: dict[str, float]

    @staticmethod
    def of(stack: Stack) -> "World":
        rows = stack.sql("select isin, name, country, sector, currency from security order by isin")
        scores = stack.sql("select isin, value from score")
        return World({row[0]: row[1:] for row in rows}, {isin: float(v) for isin, v in scores})


@dataclass(frozen=True)
class Sent:
    """A message as it was meant; `tag` is in no other one. With a key it may go out many times."""

    tag: str
    topic: str
    message: Any
    key: str = ""
    poison: bool = False  # refers to a security that there is not: a dead letter
    published: bool = False  # goes to /ingresar-datos, and is read back from /data

    @property
    def path(self) -> str:
        return "/ingresar-datos" if self.published else "/v1/messages"

    @property
    def place(self) -> str:
        return "/data" if self.published else "/v1/messages"

    @property
    def body(self) -> dict[str, Any]:
        if self.published:
            arn = f"arn:aws:sns:eu-west-1:123456789012:{self.topic}"
            return {"topic_arn": arn, "message": self.message}
        return {"topic": self.topic, "message": self.message}


@dataclass
class Outage:
    victim: str
    begin: float
    end: float = float("inf")


@dataclass
class Puts:
    """The values that one client, the only one for these securities, has put."""

    acknowledged: float | None = None  # the last one
    uncertain: set[float] = field(default_factory=set)


class Journal:
    def __init__(self, world: World, longest: float):
        self.world = world
        self.longest = longest  # a running API answers within so many seconds
        self.statuses: Counter[tuple[str, str]] = Counter()  # (kind, status or error)
        self.slowest: dict[str, float] = defaultdict(float)  # kind → seconds
        self.outages: list[Outage] = []
        self.violations: list[str] = []
        self.sent: dict[str, Sent] = {}  # tag → message
        self.accepted: dict[str, Sent] = {}  # transaction id → message
        self.ids: dict[str, str] = {}  # tag → transaction id
        self.fresh: set[str] = set()  # tags that were answered 202 without being called a replay
        self.recent: list[str] = []  # transaction ids, for whoever reads them back
        self.written: dict[str, set[float]] = defaultdict(set)  # isin → values ever tried
        self.puts: dict[str, Puts] = defaultdict(Puts)
        self.batch: list[str] = []  # securities whose scores are only written all at once
        self.batches = Puts()
        self._lock = threading.Lock()

    def violation(self, text: str) -> None:
        with self._lock:
            self.violations.append(text)

    def count(self, kind: str, status: str, seconds: float) -> None:
        with self._lock:
            self.statuses[kind, status] += 1
            self.slowest[kind] = max(self.slowest[kind], seconds)

    def allowed(self, isin: str, value: float) -> bool:
        """Whether a reader may see this score: it was there at first, or somebody tried it."""
        return value == self.world.seeded.get(isin) or value in self.written[isin]

    def will_send(self, message: Sent) -> None:
        with self._lock:
            self.sent[message.tag] = message
        if message.topic == SCORES:
            self.written[message.message["isin"]].add(message.message["value"])

    def was_accepted(self, message: Sent, transaction: str, replayed: bool) -> None:
        with self._lock:
            twice = not replayed and message.tag in self.fresh
            if not replayed:
                self.fresh.add(message.tag)
            before = self.ids.setdefault(message.tag, transaction)
            other = self.accepted.setdefault(transaction, message)
            self.recent.append(transaction)
        if twice:
            self.violation(f"message {message.tag} was taken twice, then as {transaction}")
        if before != transaction:
            self.violation(f"message {message.tag} has two transactions: {before}, {transaction}")
        if other is not message:
            self.violation(f"{transaction} is of two messages: {other.tag}, {message.tag}")

    def begin_outage(self, victim: str) -> Outage:
        outage = Outage(victim, time.monotonic())
        self.outages.append(outage)
        return outage

    def api_was_down(self, begin: float, end: float) -> bool:
        """Whether the public API itself was killed or starting at any moment of that time."""
        return any(outage.victim == "securities" and outage.begin <= end and begin <= outage.end
                   for outage in self.outages)
