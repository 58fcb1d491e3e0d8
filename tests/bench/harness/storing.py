"""How fast a worker brings a backlog into PostgreSQL, and that all of it arrives there once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Measurement, Setting, Sides
from entries import STREAM, Entry, accepted_entry, client, load_backlog
from load import LoadFailed
from processes import cpu_of, pin
from service import Stack, dispose, service, wait_until

BACKLOG = 200_000
LARGEST_BATCH = 500
SIDE_BY_SIDE = 2  # batches, by default
PATIENCE = 300  # seconds until a backlog must be stored


@contextmanager
def opened(setting: Setting) -> Iterator[Sides]:
    """Nobody has a core of his own here: the figure is a rate of all of them together."""
    with service(setting.cores) as stack:
        stack.worker.stop()
        cores = {setting.cores.side, setting.cores.load}
        for server in (stack.postgres, stack.redis):
            pin(server.pid, *cores)
        demand_durable_commits(stack)
        bench = Storing(stack, cores, accepted_entry(stack))
        yield Sides(bench.ours)


def demand_durable_commits(stack: Stack) -> None:
    settings = dict(stack.sql("SELECT name, setting FROM pg_settings WHERE name IN"
                              " ('fsync', 'synchronous_commit', 'full_page_writes')"))
    others = stack.sql("SELECT setconfig FROM pg_db_role_setting")
    if set(settings.values()) != {"on"} or len(settings) != 3 or others:
        raise RuntimeError(f"PostgreSQL's commits are not what they must be: {settings} {others}")


@dataclass(frozen=True)
class Storing:
    stack: Stack
    cores: set[int]
    entry: Entry

    def ours(self) -> Measurement:
        self._prepare()
        parts = {"PostgreSQL": self.stack.postgres.pid, "Redis": self.stack.redis.pid}
        before = {name: cpu_of(pid) for name, pid in parts.items()}
        flushes = self._flushes()
        began = time.monotonic()
        self.stack.worker.start()
        pin(self.stack.worker.pid, *self.cores)
        self._wait_until_empty(began + PATIENCE)
        seconds = time.monotonic() - began
        worker = cpu_of(self.stack.worker.pid)
        also = {f"µs of {name} per message": (cpu_of(pid) - before[name]).total / BACKLOG * 1e6
                for name, pid in parts.items()}
        self.stack.worker.stop()
        batches = self._check_table()
        # Backends tell their figures when they end. Batches side by side may share one flush.
        wait_until(lambda: self._flushes() - flushes >= batches / SIDE_BY_SIDE, 10,
                   "every commit waited until the log was on disk")
        also["messages per transaction"] = BACKLOG / batches
        return Measurement(worker, BACKLOG, BACKLOG / seconds, also)

    def _prepare(self) -> None:
        dispose(self.stack)
        self.stack.sql("TRUNCATE message")
        load_backlog(self.stack, self.entry, BACKLOG)
        self.stack.sql("CHECKPOINT")

    # What is settled in the stream was committed before.
    def _wait_until_empty(self, end: float) -> None:
        with client(self.stack) as redis:
            while redis.call("XLEN", STREAM):
                if time.monotonic() > end:
                    raise LoadFailed(f"the backlog is not stored within {PATIENCE} s")
                time.sleep(0.01)

    def _check_table(self) -> int:
        """Every message is there, in transactions of the right size; gives their number."""
        (rows, distinct, batches, largest), = self.stack.sql(
            "SELECT sum(n), (SELECT count(DISTINCT transaction_id) FROM message), count(*), max(n)"
            " FROM (SELECT count(*) AS n FROM message GROUP BY xmin::text) AS of_a_transaction")
        if (int(rows), int(distinct)) != (BACKLOG, BACKLOG):
            raise RuntimeError(f"{rows} rows and {distinct} messages instead of {BACKLOG}")
        if int(largest) > LARGEST_BATCH:
            raise RuntimeError(f"a transaction with {largest} messages")
        return int(batches)

    def _flushes(self) -> int:
        """How often PostgreSQL put its log on disk."""
        (count,), = self.stack.sql("SELECT wal_sync FROM pg_stat_wal")
        return int(count)
