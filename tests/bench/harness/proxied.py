"""Two proxies before one upstream, under the same load: each side is a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comparison import Measurement, Setting, Sides
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


def proxied(ours: Starter, peer: Starter, upstream: Starter, load: Load):
    """What a `Comparison` opens: upstream and proxy are started anew for each measurement."""

    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        yield Sides(
            lambda: measure(ours, upstream, load, setting),
            lambda: measure(peer, upstream, load, setting),
        )

    return opened


def measure(side: Starter, upstream: Starter, load: Load, setting: Setting) -> Measurement:
    """Starts upstream and side, warms up, measures, ends both."""
    directory, cores = setting.directory, setting.cores
    with Processes(directory) as processes:
        place = Place(free_port(), free_port(), directory, cores.side)
        upstream_place = Place(place.upstream, 0, directory, cores.load)
        upstream(processes, upstream_place).wait_listening(place.upstream)
        started = side(processes, place).wait_listening(place.port)
        return measure_load(started.pid, load, place.port, setting)


def measure_load(pid: int, load: Load, port: int, setting: Setting) -> Measurement:
    """What answering a load costs the process (and its descendants) once it is warm."""
    directory, core = setting.directory, setting.cores.load
    run_load(load, port, setting.warm_up, core, directory)
    before = cpu_of(pid)
    result = run_load(load, port, setting.seconds, core, directory)
    return Measurement(cpu_of(pid) - before, result.requests, result.requests / result.seconds)
