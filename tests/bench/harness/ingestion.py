"""Accepting messages, and what Redis alone needs to keep as many."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Measurement, Setting, Sides
from entries import MESSAGE, STREAM, TOPIC, Entry, accepted_entry, accepts, client, entries_added
from fsyncs import FsyncCounter
from load import SAMPLED_EVERY, Load, LoadFailed, run_load
from nginx import span_collector
from processes import Cpu, cpu_of
from redis_peer import STREAM as PEER_STREAM
from redis_peer import add_entries
from service import (
    Stack, dispose, public_port, quiet_redis, restarted, service, wait_until, write_headers,
)

CONNECTIONS = 64
PER_FSYNC = "messages per fsync"


@contextmanager
def opened(setting: Setting) -> Iterator[Sides]:
    """Nothing takes messages out of the stream here: the worker does not run."""
    with span_collector(setting) as otlp:
        with service(setting.cores, {"securities": {"otlp": otlp}}) as stack:
            stack.worker.stop()
            fsyncs = FsyncCounter(setting.directory)
            with fsyncs.preloaded():
                restarted(stack.redis, setting.cores.load)
            quiet_redis(stack)
            bench = Ingestion(stack, setting, fsyncs, accepted_entry(stack))
            yield Sides(bench.ours, bench.peer, bench.note())


@dataclass(frozen=True)
class Reading:
    """The counters at one moment."""

    cpu: Cpu
    redis: Cpu
    added: int
    fsyncs: int


@dataclass(frozen=True)
class Ingestion:
    stack: Stack
    setting: Setting
    fsyncs: FsyncCounter
    entry: Entry

    def note(self) -> str:
        size = sum(len(word.encode()) for word in self.entry.words())
        return f"entries of {len(self.entry.fields)} fields and {size} bytes"

    def ours(self) -> Measurement:
        dispose(self.stack)
        pid = restarted(self.stack.securities, self.setting.cores.side)
        wait_until(lambda: accepts(self.stack), what="the API accepts messages")
        self._post(self.setting.warm_up)
        before = self._read(pid, STREAM)
        answered, seconds = self._post(self.setting.seconds)
        measured = self._measurement(before, self._read(pid, STREAM), seconds)
        # Of what is on its way when the load ends, the answers are not counted.
        if not answered <= measured.requests <= answered + CONNECTIONS:
            raise LoadFailed(f"{answered} answers of 202, but {measured.requests} entries")
        return measured

    def peer(self) -> Measurement:
        dispose(self.stack)
        pid = self.stack.redis.pid
        few = 20_000
        rate = few / self._add(few)
        count = int(rate * self.setting.seconds)
        before = self._read(pid, PEER_STREAM)
        seconds = self._add(count)
        measured = self._measurement(before, self._read(pid, PEER_STREAM), seconds)
        if measured.requests != count:
            raise LoadFailed(f"{count} XADDs, but {measured.requests} entries")
        return measured

    def _post(self, seconds: float) -> tuple[int, float]:
        headers = [f"{name}: {value}" for name, value in write_headers(self.stack).items()]
        body = json.dumps({"topic": TOPIC, "message": MESSAGE}, separators=(",", ":"))
        load = Load("/v1/messages", CONNECTIONS, headers=tuple(headers), method="POST", body=body,
                    sampled_every=SAMPLED_EVERY)
        core, directory = self.setting.cores.load, self.setting.directory
        result = run_load(load, public_port(self.stack), seconds, core, directory)
        return result.requests, result.seconds

    # redis-benchmark is where the API was: on the core beside Redis'.
    def _add(self, count: int) -> float:
        return add_entries(self.stack, self.entry, CONNECTIONS, count, self.setting.cores.side)

    def _read(self, pid: int, stream: str) -> Reading:
        with client(self.stack) as redis:
            added = entries_added(redis, stream)
        return Reading(cpu_of(pid), cpu_of(self.stack.redis.pid), added, self.fsyncs.count)

    def _measurement(self, before: Reading, after: Reading, seconds: float) -> Measurement:
        messages, fsyncs = after.added - before.added, after.fsyncs - before.fsyncs
        if messages <= 0 or fsyncs <= 0:
            raise LoadFailed(f"{messages} entries and {fsyncs} fsyncs were counted")
        redis = (after.redis - before.redis).total / messages * 1e6
        also = {PER_FSYNC: messages / fsyncs, "µs of Redis per message": redis}
        return Measurement(after.cpu - before.cpu, messages, messages / seconds, also)
