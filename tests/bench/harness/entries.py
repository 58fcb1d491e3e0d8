"""Messages as they lie in Redis: told by one that the API itself accepted, written without it."""

import json
import os
import time
from dataclasses import dataclass

from resp import RedisClient
from service import Stack, dispose, post_message, wait_until

STREAM = "remora:messages"
ACCEPTED = "remora:messages:accepted"
TOPIC = "bench"
MESSAGE = {"source": "bench", "station": 4711, "reading": 71.25, "unit": "kWh", "remark": "n" * 40}
AT_A_TIME = 500


@dataclass(frozen=True)
class Entry:
    """The fields of one message's entry in the stream, in their order."""

    fields: tuple[tuple[str, str], ...]

    def words(self, **other: str) -> list[str]:
        """Names and values in turn, some with another value."""
        return [word for name, value in self.fields for word in (name, other.get(name, value))]


def client(stack: Stack) -> RedisClient:
    return RedisClient(stack.redis_port, stack.redis_password)


def accepts(stack: Stack) -> bool:
    """Whether the API takes a message now; it does some time after its start."""
    return post_message(stack, TOPIC, MESSAGE).status == 202


def accepted_entry(stack: Stack) -> Entry:
    """What accepting one message leaves in Redis, while no worker runs. RuntimeError when it is
    anything else than what `load_backlog` writes: then the harness is to learn it."""
    wait_until(lambda: accepts(stack), what="the API accepts messages")
    dispose(stack)
    answer = post_message(stack, TOPIC, MESSAGE)
    if answer.status != 202:
        raise RuntimeError(f"the API does not accept a message: {answer.body.decode()}")
    given = json.loads(answer.body)["transaction_id"]
    with client(stack) as redis:
        (_, flat), = redis.call("XRANGE", STREAM, "-", "+")
        kept = {key for key in redis.call("KEYS", "*") if "message" in key or given in key}
    entry = Entry(tuple(zip(flat[::2], flat[1::2])))
    expected = {STREAM, ACCEPTED, pending_key(given)}
    names = [name for name, _ in entry.fields]
    if kept != expected or not {"id", "accepted_at", "message"} <= set(names):
        raise RuntimeError(f"an accepted message leaves {sorted(kept)} with fields {names}")
    return entry


def pending_key(transaction_id: str) -> str:
    return f"remora:pending:{transaction_id}"


def new_id(now_ms: int) -> str:
    """A version 7 UUID."""
    number = (now_ms << 80) | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | (7 << 76)
    number = number & ~(0x3 << 62) | (2 << 62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def load_backlog(stack: Stack, entry: Entry, count: int) -> None:
    """Puts `count` messages into the stream, as if they had just been accepted."""
    with client(stack) as redis:
        for first in range(0, count, AT_A_TIME):
            commands = []
            now_ms = int(time.time() * 1000)
            for _ in range(min(AT_A_TIME, count - first)):
                fresh = new_id(now_ms)
                words = entry.words(id=fresh, accepted_at=str(now_ms))
                commands += [["XADD", STREAM, "*", *words], ["SET", pending_key(fresh), ""]]
            redis.call_all(commands)
        redis.call("INCRBY", ACCEPTED, str(count))
        if redis.call("XLEN", STREAM) != count:
            raise RuntimeError("the backlog is not what was loaded")


def entries_added(redis: RedisClient, stream: str) -> int:
    """How many entries the stream ever got; 0 when there is none."""
    if not redis.call("EXISTS", stream):
        return 0
    flat = redis.call("XINFO", "STREAM", stream)
    return dict(zip(flat[::2], flat[1::2]))["entries-added"]
