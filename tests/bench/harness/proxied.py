"""Two proxies before one upstream, under the same load: each side is a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from comparison import Measurement, Setting, Side, Sides
from load import Load, run_load
from processes import Processes, Started, cpu_of, free_port


@dataclass(frozen=True)
class Place:
    """Where a process runs: its port, the port of its upstream, a directory, its core."""

    port: int
    upstream: int
    directory: Path
    core: int


# Starts one process (with children, perhaps).
Starter = Callable[[Processes, Place], Started]


Found = TypeVar("Found")

# Measures a side that has just started, before its upstream.
Measuring = Callable[[Started, Place, Setting], Measurement]


def side_by_side(ours: Starter, peer: Starter | None, upstream: Starter, measuring: Measuring):
    """What a `Comparison` opens: upstream and proxy are started anew for each measurement."""

    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        def side(starter: Starter) -> Side:
            return lambda: started_anew(starter, upstream, measuring, setting)

        yield Sides(side(ours), side(peer) if peer else None)

    return opened


def proxied(ours: Starter, peer: Starter, upstream: Starter, load: Load):
    """CPU time under the same load."""
    return side_by_side(
        ours,
        peer,
        upstream,
        lambda started, place, setting: measure_load(started.pid, load, place.port, setting),
    )


def started_anew(
    side: Starter,
    upstream: Starter,
    measuring: Callable[[Started, Place, Setting], Found],
    setting: Setting,
) -> Found:
    """Starts upstream and side, measures, ends both."""
    directory, cores = setting.directory, setting.cores
    with Processes(directory) as processes:
        place = Place(free_port(), free_port(), directory, cores.side)
        upstream_place = Place(place.upstream, 0, directory, cores.load)
        upstream(processes, upstream_place).wait_listening(place.upstream)
        return measuring(side(processes, place).wait_listening(place.port), place, setting)


def measure_load(pid: int, load: Load, port: int, setting: Setting) -> Measurement:
    """What answering a load costs the process (and its descendants) once it is warm."""
    directory, core = setting.directory, setting.cores.load
    run_load(load, port, setting.warm_up, core, directory)
    before = cpu_of(pid)
    result = run_load(load, port, setting.seconds, core, directory)
    return Measurement(cpu_of(pid) - before, result.requests, result.requests / result.seconds)
