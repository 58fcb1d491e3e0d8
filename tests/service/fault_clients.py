"""The load of the fault test: readers and writers that check every answer as they get it."""

import json
import random
import threading
import time
import traceback
import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from client import Answer, Client, NoAnswer, isin
from fault_journal import SCORES, TOPIC, Journal, Puts, Sent
from stack import Stack

ALLOWED = {200, 202, 304, 404, 503}
MESSAGE_SHARE = 30  # securities whose scores messages set
PUT_SHARE = 10  # securities whose scores one client puts, each alone
BATCH_SHARE = 10  # securities whose scores one client puts, always all to one value
UNWRITTEN = 10  # securities that are read as often, and never written


class Wrong(Exception):
    """An answer that must not be; the text says what is wrong with it."""


def require(condition: object, why: str) -> None:
    if not condition:
        raise Wrong(why)


class Load:
    """Threads that ask until told to stop; those that have a message to deliver finish it first."""

    def __init__(self, stack: Stack, journal: Journal, seed: int):
        self.journal = journal
        self.stack = stack
        self.stopping = threading.Event()
        self.finish_by = float("inf")  # monotonic; after it nothing is tried again
        self.repeats: deque[Sent] = deque(maxlen=200)  # with a key, for anybody to send again
        # What readers ask for most of the time.
        self.hot = random.Random(f"{seed}-securities").sample(
            sorted(journal.world.seeded), MESSAGE_SHARE + PUT_SHARE + BATCH_SHARE + UNWRITTEN)
        self.by_message = self.hot[:MESSAGE_SHARE]
        self.by_put = self.hot[MESSAGE_SHARE:][:PUT_SHARE]
        journal.batch = self.hot[MESSAGE_SHARE + PUT_SHARE:][:BATCH_SHARE]
        kinds: list[type[Agent]] = [Reader, Reader, Reader, Sender, Sender, Sender, Putter, Batcher,
                                    Poller]
        agents = [kind(self, f"{kind.__name__.lower()}-{n}", seed) for n, kind in enumerate(kinds)]
        self._threads = [threading.Thread(target=agent.run) for agent in agents]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Lets what is under way finish within so many seconds."""
        self.finish_by = time.monotonic() + seconds
        self.stopping.set()
        for thread in self._threads:
            thread.join()


class Agent:
    def __init__(self, load: Load, name: str, seed: int):
        self.load = load
        self.journal = load.journal
        self.world = load.journal.world
        self.name = name
        self.random = random.Random(f"{seed}-{name}")
        self.client = Client(load.stack.base, load.stack.token)
        self.number = 0

    def run(self) -> None:
        try:
            while not self.load.stopping.is_set():
                self.number += 1
                self.act()
                time.sleep(self.random.uniform(0, 0.01))  # leaves the processor to the servers
        except Exception:  # pylint: disable=broad-except
            self.journal.violation(f"{self.name} came to an end: {traceback.format_exc()}")
        finally:
            self.client.close()

    def act(self) -> None:
        raise NotImplementedError

    def ask(self, kind: str, method: str, path: str, check: Callable[[Answer], None],
            document: Any = None, **headers: str) -> Answer | None:
        """One request, counted and checked; None when there was no answer, which is a violation
        unless the API itself was down."""
        begin = time.monotonic()
        try:
            answer = self.client.send(method, path, document, **headers)
        except NoAnswer as why:
            end = time.monotonic()
            self.journal.count(kind, "no answer", 0)
            if not self.journal.api_was_down(why.alive, end):
                self.journal.violation(f"{method} {path}: no answer of a running API in "
                                       f"{end - begin:.2f} s: {why}")
            time.sleep(0.05)
            return None
        end = time.monotonic()
        excused = self.journal.api_was_down(begin, end)
        self.journal.count(kind, str(answer.status), 0 if excused else end - begin)
        if end - begin > self.journal.longest and not excused:
            self.journal.violation(f"{method} {path}: {answer.status} after {end - begin:.2f} s")
        try:
            require(answer.status in ALLOWED, "its status")
            check_refusal(answer) if answer.status in (404, 503) else check(answer)
        except (Wrong, ValueError, KeyError, TypeError) as why:
            self.journal.violation(f"{method} {path}: {answer.status} {answer.body[:400]!r} "
                                   f"{dict(answer.headers)}: {type(why).__name__} {why}")
        if answer.status == 503:
            time.sleep(0.02)
        return answer

    def violation_if_404(self, answer: Answer | None, what: str) -> None:
        if answer and answer.status == 404:
            self.journal.violation(f"{what} is not found: {answer.body[:300]!r}")


def check_refusal(answer: Answer) -> None:
    require(answer.header("Content-Type") == "application/problem+json", "its content type")
    require(answer.json["status"] == answer.status and answer.json["title"], "its problem document")
    if answer.status == 503:
        require(int(answer.header("Retry-After")) >= 0, "its Retry-After")


class Reader(Agent):
    """Reads securities, scores and lists: whatever is answered must be whole, and true."""

    def __init__(self, load: Load, name: str, seed: int):
        super().__init__(load, name, seed)
        self.tags: dict[str, str] = {}  # path → entity tag

    def act(self) -> None:
        what = self.random.random()
        pool = self.load.hot if self.random.random() < 0.7 else list(self.world.seeded)
        asked = self.random.choice(pool)
        if what < 0.5:
            self.read("security", f"/v1/securities/{asked}",
                      lambda answer: self.check_security(asked, answer.json))
        elif what < 0.75:
            self.read("score", f"/v1/securities/{asked}/score",
                      lambda answer: self.check_score(asked, answer.json))
        elif what < 0.95:
            self.list()
        else:
            unknown = isin("XS", self.random.randrange(10**9))
            self.ask("unknown", "GET", f"/v1/securities/{unknown}", refuse_all)

    def read(self, kind: str, path: str, check: Callable[[Answer], None]) -> None:
        known = self.tags.get(path) if self.random.random() < 0.3 else None
        conditional = {"If_None_Match": known} if known else {}

        def check_cached(answer: Answer) -> None:
            require(int(answer.header("Age")) >= 0, "its Age")
            require(answer.header("Cache-Status").startswith("remora-api;"), "its Cache-Status")
            require(answer.header("Cache-Control").startswith("public, max-age="), "its max-age")
            require(answer.header("ETag").startswith('"'), "its ETag")
            if answer.status == 304:
                require(known and answer.header("ETag") == known, "why it is a 304")
                require(not answer.body, "that it has a body")
                return
            require(answer.status == 200 and answer.header("ETag") != known, "why it is no 304")
            check(answer)
            self.tags[path] = answer.header("ETag")

        self.violation_if_404(self.ask(kind, "GET", path, check_cached, **conditional), path)

    def list(self) -> None:
        limit = self.random.choice([1, 10, 40])
        after = self.random.choice(["", *self.world.securities])
        country = self.random.choice(["", "", self.world.securities[self.load.hot[0]][1]])
        expected = [i for i, facts in self.world.securities.items()
                    if i > after and country in ("", facts[1])]
        path = f"/v1/securities?limit={limit}" + (f"&after={after}" if after else "") + (
            f"&country={country}" if country else "")

        def check(answer: Answer) -> None:
            require(answer.status == 200 and set(answer.json) == {"items", "next"}, "its form")
            items = answer.json["items"]
            require([item["isin"] for item in items] == expected[:limit], "its items")
            require(bool(answer.json["next"]) == (len(expected) > limit), "its next")
            for item in items:
                self.check_security(item["isin"], item)

        self.violation_if_404(self.ask("list", "GET", path, check), path)

    def check_security(self, asked: str, document: dict) -> None:
        facts = tuple(document[name] for name in ("name", "country", "sector", "currency"))
        require(document["isin"] == asked and facts == self.world.securities[asked], "its facts")
        require(set(document) == {"isin", "name", "country", "sector", "currency", "score"},
                "its form")
        require(document["score"] is not None, "that it has no score")
        self.check_score(asked, {"isin": asked} | document["score"])

    def check_score(self, asked: str, document: dict) -> None:
        require(set(document) == {"isin", "value", "scale", "as_of", "illustrative"}, "its form")
        require(document["isin"] == asked and document["scale"] == "0-100", "whose score it is")
        require(document["as_of"].endswith("Z"), "its time")
        datetime.fromisoformat(document["as_of"])
        value = document["value"]
        require(self.journal.allowed(asked, value), f"the score {value}, which nobody wrote")
        if document["illustrative"]:
            require(value == self.world.seeded[asked], "that a written score is illustrative")
        else:
            require(value in self.journal.written[asked], "that a seeded score is not illustrative")


def refuse_all(answer: Answer) -> None:
    raise Wrong(f"the status {answer.status}")


class Sender(Agent):
    """Posts messages; one with a key is sent again until it is accepted."""

    def __init__(self, load: Load, name: str, seed: int):
        super().__init__(load, name, seed)
        # Each pair of security and value goes out once, so that it tells which message it was.
        share = load.by_message[int(name.rpartition("-")[2]) % 3::3]
        pairs = [(i, n / 100) for i in share for n in range(10001)]
        self.random.shuffle(pairs)
        self.pairs = iter(pairs)

    def act(self) -> None:
        if self.load.repeats and self.random.random() < 0.1:
            self.post(self.random.choice(list(self.load.repeats)))
            return
        message = self.compose()
        self.journal.will_send(message)
        if message.key and self.random.random() < 0.1:
            self.load.repeats.append(message)  # so that another may send it at the same time
        answered = self.post(message)
        while not answered and message.key:
            if time.monotonic() > self.load.finish_by:
                self.journal.violation(f"message {message.tag} is not accepted, though all runs")
                return
            time.sleep(self.random.uniform(0.02, 0.2))
            answered = self.post(message)
        if answered and message.key:
            self.load.repeats.append(message)

    def compose(self) -> Sent:
        tag = f"{self.name}-{self.number}"
        key = f"{tag}-{self.random.getrandbits(64)}" if self.random.random() < 0.6 else ""
        published = self.random.random() < 0.2
        kind = self.random.random()
        if kind < 0.02:
            absent = {"isin": isin("XS", self.random.randrange(10**9)), "value": 50}
            return Sent(tag, SCORES, absent, key, True, published)
        if kind < 0.3:
            security, value = next(self.pairs)
            return Sent(tag, SCORES, {"isin": security, "value": value}, key, False, published)
        text = "".join(self.random.choices('aé€𝄞"\\/\n\t 0', k=self.random.randrange(40)))
        record = {"tag": tag, "text": text, "list": [self.number, None, {"a": True}]}
        return Sent(tag, TOPIC, record, key, False, published)

    def post(self, message: Sent) -> bool:
        headers = {"Idempotency_Key": message.key} if message.key else {}

        def check(answer: Answer) -> None:
            document = answer.json
            require(answer.status == 202 and document["status"] == "pending", "its state")
            require(set(document) == {"transaction_id", "status"}, "its form")
            transaction = str(uuid.UUID(document["transaction_id"]))
            require(answer.header("Location") == f"{message.place}/{transaction}", "its Location")
            replayed = answer.header("Idempotency-Replayed")
            require(replayed in (("", "true") if message.key else ("",)), "that it is a replay")
            self.journal.was_accepted(message, transaction, bool(replayed))

        kind = f"message{' with key' if message.key else ''}"
        answer = self.ask(kind, "POST", message.path, check, message.body, **headers)
        self.violation_if_404(answer, message.path)
        return answer is not None and answer.status == 202


class Putter(Agent):
    """Puts scores, each until it is stored; nobody else writes the scores of its securities."""

    def act(self) -> None:
        security = self.random.choice(self.load.by_put)
        untried = self.new_value([security])
        if untried is None:
            return

        def check(answer: Answer) -> None:
            document = answer.json
            require(answer.status == 200 and set(document) == {
                "isin", "value", "scale", "as_of", "illustrative"}, "its form")
            require((document["isin"], document["value"]) == (security, untried), "what was stored")
            require(document["illustrative"] is False, "that it is illustrative")

        path = f"/v1/securities/{security}/score"
        self.write(self.journal.puts[security], untried, lambda: self.ask(
            "put score", "PUT", path, check, {"value": untried}))

    def new_value(self, securities: list[str]) -> float | None:
        value = self.random.randrange(10001) / 100
        if any(value in self.journal.written[security] for security in securities):
            return None
        for security in securities:
            self.journal.written[security].add(value)
        return value

    def write(self, puts: Puts, value: float, ask: Callable[[], Answer | None]) -> None:
        puts.uncertain.add(value)
        while True:
            answer = ask()
            self.violation_if_404(answer, "what is put")
            if answer and answer.status == 200:
                puts.acknowledged = value
                puts.uncertain.discard(value)
                return
            if time.monotonic() > self.load.finish_by or self.random.random() < 0.1:
                return
            time.sleep(0.05)


class Batcher(Putter):
    """Writes one value to all securities of the batch: all of them have it, or none."""

    def act(self) -> None:
        batch = self.journal.batch
        value = self.new_value(batch)
        if value is None:
            return

        def check(answer: Answer) -> None:
            require(answer.status == 200 and answer.json == {"stored": len(batch)}, "its form")

        items = [{"isin": security, "value": value} for security in batch]
        self.write(self.journal.batches, value, lambda: self.ask(
            "batch of scores", "POST", "/v1/scores", check, {"items": items}))
        time.sleep(self.random.uniform(0, 0.05))


class Poller(Agent):
    """Reads back what was accepted: it is never unknown, and what is stored is what was sent."""

    def act(self) -> None:
        recent = self.journal.recent
        if not recent:
            return
        latest = len(recent) - 1
        place = max(0, latest - int(self.random.expovariate(0.05)))
        if self.random.random() < 0.2:
            place = self.random.randint(0, latest)
        transaction = recent[place]
        sent = self.journal.accepted[transaction]

        def check(answer: Answer) -> None:
            document = answer.json
            require(document["transaction_id"] == transaction, "its id")
            if answer.status == 202:
                require(document["status"] == "pending" and len(document) == 2, "its form")
            elif document["status"] == "dead_lettered":
                require(sent.poison and document["reason"], "that a good message is a dead letter")
            else:
                require(document["status"] == "stored" and not sent.poison, "its status")
                require(document["topic"] == sent.topic, "its topic")
                require(document["message"] == json.loads(json.dumps(sent.message)), "its message")

        wait = self.random.choice(["", "", "?wait=1"])
        path = f"{sent.place}/{transaction}{wait}"
        self.violation_if_404(self.ask("transaction", "GET", path, check), path)
