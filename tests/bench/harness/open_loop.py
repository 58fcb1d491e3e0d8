"""Load that does not wait for answers (tests/bench/open_loop.cpp): latencies from the intended
start, and CPU time at a rate that both sides get."""

import json
import math
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Measurement, Setting, Side, Sides
from load import Load, LoadFailed, run_load
from processes import Started, cpu_of, pin
from programs import program
from proxied import Place, Starter, started_anew

P50, P99, BEHIND = "ms p50", "ms p99", "ms p99 of the generator's own delay"
GROWTH = "times the CPU with two workers"
SHARE = 0.6  # of saturation


@dataclass(frozen=True)
class Arrivals:
    path: str
    rate: float
    connections: int = 64
    kind: str = "poisson"


def run_open_loop(arrivals: Arrivals, port: int, warm_up: float, seconds: float, core: int) -> dict:
    """The generator's figures; raises LoadFailed when requests failed or the rate was not held."""
    command = [program("open_loop"), str(port), arrivals.path, f"{arrivals.rate:.0f}",
               str(arrivals.connections), f"{warm_up:g}", f"{seconds:g}", arrivals.kind]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=warm_up + seconds + 30,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    if done.returncode != 0:
        raise LoadFailed(done.stderr.strip()[-300:])
    found = json.loads(done.stdout)
    if found["errors"]:
        raise LoadFailed(f"{found['errors']} of {found['requests']} requests failed")
    reached = found["requests"] / found["seconds"]
    # The number of independent arrivals is itself random; a rate that was not held is far off.
    chance = 4 / math.sqrt(max(found["requests"], 1)) if arrivals.kind == "poisson" else 0
    if abs(reached / arrivals.rate - 1) > 0.03 + chance:
        raise LoadFailed(f"{reached:.0f} requests a second instead of {arrivals.rate:.0f}")
    return found


def measure(pid: int, arrivals: Arrivals, port: int, setting: Setting) -> Measurement:
    core = setting.cores.load
    run_open_loop(arrivals, port, 0, setting.warm_up, core)
    before = cpu_of(pid)
    found = run_open_loop(arrivals, port, 0, setting.seconds, core)
    also = {P50: found["p50_us"] / 1000, P99: found["p99_us"] / 1000,
            BEHIND: found["behind_p99_us"] / 1000}
    return Measurement(cpu_of(pid) - before, found["requests"], arrivals.rate, also)


def saturation(side: Starter, upstream: Starter, path: str, setting: Setting) -> float:
    """Requests a second when as many are asked as it answers."""

    def full(_: Started, place: Place, __: Setting) -> float:
        run_load(Load(path), place.port, 1, setting.cores.load, setting.directory)
        counted = run_load(Load(path), place.port, 2, setting.cores.load, setting.directory)
        return counted.requests / counted.seconds

    return started_anew(side, upstream, full, setting)


def latencies(ours: Starter, peer: Starter, upstream: Starter, path: str):
    """What a `Comparison` opens: both at 60 % of what the slower of them can do."""

    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        rate = SHARE * min(saturation(side, upstream, path, setting) for side in (ours, peer))
        arrivals = Arrivals(path, rate)

        def measuring(started: Started, place: Place, _: Setting) -> Measurement:
            return measure(started.pid, arrivals, place.port, setting)

        def side(starter: Starter) -> Side:
            return lambda: started_anew(starter, upstream, measuring, setting)

        yield Sides(side(ours), side(peer), f"{rate:,.0f} requests a second, Poisson arrivals")

    return opened


# Makes a starter with so many workers.
Workers = Callable[[int], Starter]


def second_thread(ours: Workers, peer: Workers, upstream: Starter, arrivals: Arrivals):
    """What a `Comparison` opens: how much more CPU the same rate costs two workers than one. The
    second one runs on the core of the load, there is no other."""

    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        def at(starter: Starter, *cores: int) -> Measurement:
            def measuring(started: Started, place: Place, _: Setting) -> Measurement:
                pin(started.pid, *cores)
                return measure(started.pid, arrivals, place.port, setting)

            return started_anew(starter, upstream, measuring, setting)

        def side(workers: Workers) -> Measurement:
            one = at(workers(1), setting.cores.side)
            two = at(workers(2), setting.cores.side, setting.cores.load)
            costs = [m.us_per_request(m.cpu.total) for m in (one, two)]
            return Measurement(two.cpu, two.requests, two.rate, {GROWTH: costs[1] / costs[0]})

        yield Sides(lambda: side(ours), lambda: side(peer))

    return opened
