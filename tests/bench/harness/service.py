"""The API under measurement: the private stack of the service tests, pinned to cores."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from answers import Answer, ask
from comparison import Cores
from load import UNSAMPLED
from processes import pin
from programs import program

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "service"))
from stack import Server, Skip, Stack, sample, wait_until  # noqa: E402

__all__ = ["Server", "Stack", "dispose", "post_message", "public_port", "restarted", "sample",
           "service", "wait_until"]


@contextmanager
def service(cores: Cores, options: dict | None = None, securities: int = 0) -> Iterator[Stack]:
    """A stack that runs on the core of the load; who measures a part moves it to its own core."""
    programs = Path(program("remora-api")).parent
    try:
        with Stack(programs=programs, securities=securities, options=options or {}) as stack:
            for part in ("postgres", "redis", "scores", "securities", "worker"):
                pin(getattr(stack, part).pid, cores.load)
            quiet_redis(stack)
            yield stack
    except (Skip, AssertionError) as problem:  # of the stack: something is missing, or too slow
        raise RuntimeError(str(problem)) from problem


def quiet_redis(stack: Stack) -> None:
    """No rewriting of the append-only file in the middle of a measurement."""
    stack.redis_cli("CONFIG", "SET", "auto-aof-rewrite-percentage", "0")


def restarted(server: Server, *cores: int) -> int:
    """Starts it anew on `cores`; gives its process id."""
    server.stop()
    server.start()
    pin(server.pid, *cores)
    return server.pid


def dispose(stack: Stack) -> None:
    """Forgets every message that waits, and the cache, and empties the append-only file of them."""
    stack.redis_cli("FLUSHALL")
    stack.redis_cli("BGREWRITEAOF")
    rewritten = ("aof_rewrite_in_progress:0", "aof_rewrite_scheduled:0")
    wait_until(lambda: all(line in stack.redis_cli("INFO", "persistence") for line in rewritten),
               what="the append-only file is rewritten")


def public_port(stack: Stack) -> int:
    return int(stack.base.rpartition(":")[2])


def write_headers(stack: Stack) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token}", "Content-Type": "application/json"}


def post_message(stack: Stack, topic: str, message: object) -> Answer:
    body = json.dumps({"topic": topic, "message": message})
    headers = write_headers(stack) | {"traceparent": UNSAMPLED}
    return ask(public_port(stack), "/v1/messages", "POST", headers, body)
