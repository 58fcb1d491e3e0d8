#!/usr/bin/env python3
"""Nothing that was accepted is lost, doubled or mixed up, and no reader is told anything wrong,
while PostgreSQL, Redis and every program is killed again and again.

Exit codes: 0 all well, 1 with every violation listed, 77 without PostgreSQL or Redis.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from fault_checks import check_all, check_batch
from fault_clients import Load
from fault_journal import Journal, World
from stack import ROLES, ROOT, Skip, Stack, wait_until

VICTIMS = ("postgres", "redis", "worker", "scores", "securities")
REQUEST_TIMEOUT = 4  # seconds, as configured
SLACK = 2  # seconds that a request may take beyond that
FINISHING = 30  # seconds for messages under way to be accepted once everything runs again


def schedule(chance: random.Random) -> Iterator[list[str]]:
    """Who is killed together, for ever; each victim once in every five, in rounds."""
    while True:
        order = chance.sample(VICTIMS, len(VICTIMS))
        while order:
            together = 2 if chance.random() < 0.25 else 1
            yield order[:together]
            order = order[together:]


def inflict(stack: Stack, journal: Journal, seconds: float, seed: int) -> Counter[str]:
    """Kills and starts until the time is over and every victim had its share; counts the kills."""
    chance = random.Random(f"{seed}-faults")
    kills: Counter[str] = Counter()
    share = 2 if seconds >= 30 else 1
    end = time.monotonic() + seconds
    for victims in schedule(chance):
        if time.monotonic() >= end and all(kills[victim] >= share for victim in VICTIMS):
            return kills
        time.sleep(chance.uniform(0.1, 1.0))  # how long all is well
        for name in VICTIMS:
            server = getattr(stack, name)
            if not server.running:
                journal.violation(f"{name} ended by itself: {server.stop()}\n{server.log[-2000:]}")
                server.start()
        outages = [journal.begin_outage(victim) for victim in victims]
        for victim in victims:
            getattr(stack, victim).kill()
            kills[victim] += 1
        time.sleep(chance.uniform(0.05, 1.0))  # how long they are gone
        for outage in outages:
            getattr(stack, outage.victim).start()
            outage.end = time.monotonic()
        if "postgres" in victims or "scores" in victims:
            check_batch(stack, journal)
    raise AssertionError("the schedule has no end")


def check_ends(stack: Stack, journal: Journal) -> None:
    for role in reversed(ROLES):
        code = getattr(stack, role).stop()
        if code != 0:
            journal.violation(f"{role} ends with {code}\n{stack.log(role)[-2000:]}")


def summary(journal: Journal, kills: Counter[str], account: dict[str, int]) -> str:
    lines = []
    for kind in sorted({kind for kind, _ in journal.statuses}):
        counts = ", ".join(f"{count} × {status}" for (k, status), count
                           in sorted(journal.statuses.items()) if k == kind)
        lines.append(f"  {kind}: {counts}; longest answer {journal.slowest[kind]:.2f} s")
    lines.append("kills: " + ", ".join(f"{name} {kills[name]}" for name in VICTIMS))
    lines.append("messages: " + ", ".join(f"{name} {count}" for name, count in account.items()))
    return "\n".join(lines)


def run(programs: Path, seconds: float, seed: int) -> int:
    options = {"securities": {"request_timeout": f"{REQUEST_TIMEOUT}s"}}
    with Stack(programs, options=options) as stack:
        journal = Journal(World.of(stack), REQUEST_TIMEOUT + SLACK)
        load = Load(stack, journal, seed)
        load.start()
        try:
            kills = inflict(stack, journal, seconds, seed)
            wait_until(lambda: all(getattr(stack, role).ready() for role in ROLES),
                       what="all roles ready after the last kill")
        finally:
            load.stop(FINISHING)
        account = check_all(stack, journal)
        check_ends(stack, journal)
    print(summary(journal, kills, account))
    for text in journal.violations:
        print(f"VIOLATION: {text}")
    print(f"{len(journal.violations)} violations (seed {seed})")
    return 1 if journal.violations else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/bin")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    try:
        return run(given.programs, given.seconds, given.seed)
    except Skip as why:
        print(f"skipped: {why}")
        return 77


if __name__ == "__main__":
    sys.exit(main())
