"""Ours against a peer: alternating pairs of measurements, and the rows made of them."""

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from load import Load, LoadFailed, run_load
from processes import Cpu, Processes, Started, cpu_of, free_port
from stats import Interval, bootstrap_median, verdict

ATTEMPTS = 3  # of one measurement, when its load fails


@dataclass(frozen=True)
class Measurement:
    """One side under load once: what it cost and what it answered."""

    cpu: Cpu
    requests: int
    rate: float

    def us_per_request(self, seconds: float) -> float:
        return seconds / self.requests * 1e6


@dataclass(frozen=True)
class Place:
    """Where a side runs: its port, the port of the upstream, a directory of its own, its core."""

    port: int
    upstream: int
    directory: Path
    core: int


# Starts one side as one process (with children, perhaps).
Side = Callable[[Processes, Place], Started]


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure of a measurement, and what ours may be of the peer's."""

    name: str
    unit: str
    bound: float
    value: Callable[[Measurement], float]
    higher_is_better: bool = False


@dataclass(frozen=True)
class Comparison:
    ours: Side
    peer: Side
    peer_name: str
    upstream: Side
    load: Load
    rows: tuple[Row, ...]
    seconds: float = 4
    warm_up: float = 1
    note: str = ""


@dataclass
class Pairs:
    """The measurements of a comparison, pair by pair."""

    ours: list[Measurement] = field(default_factory=list)
    peer: list[Measurement] = field(default_factory=list)


@dataclass(frozen=True)
class Cores:
    """The proxy has a core of its own; load and upstream share the other."""

    side: int
    load: int


def measure(comparison: Comparison, side: Side, cores: Cores, directory: Path) -> Measurement:
    """Starts upstream and side anew, warms up, measures, ends both."""
    with Processes(directory) as processes:
        place = Place(free_port(), free_port(), directory, cores.side)
        upstream_place = Place(place.upstream, 0, directory, cores.load)
        comparison.upstream(processes, upstream_place).wait_listening(place.upstream)
        started = side(processes, place).wait_listening(place.port)
        run_load(comparison.load, place.port, comparison.warm_up, cores.load, directory)
        before = cpu_of(started.pid)
        result = run_load(comparison.load, place.port, comparison.seconds, cores.load, directory)
        return Measurement(
            cpu_of(started.pid) - before, result.requests, result.requests / result.seconds
        )


def measure_pairs(comparison: Comparison, pairs: int, cores: Cores) -> Pairs:
    """The order is swapped in every other pair, so that drift favours neither side."""
    found = Pairs()
    with tempfile.TemporaryDirectory(prefix="remora-bench-") as directory:
        for number in range(pairs):
            sides = [(comparison.ours, found.ours), (comparison.peer, found.peer)]
            for side, into in sides if number % 2 == 0 else reversed(sides):
                into.append(_measure_patiently(comparison, side, cores, Path(directory)))
            _progress(number + 1, pairs, found)
    return found


def _measure_patiently(comparison, side, cores, directory) -> Measurement:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return measure(comparison, side, cores, directory)
        except LoadFailed as problem:
            print(f"a run does not count: {problem}", file=sys.stderr)
            if attempt == ATTEMPTS:
                raise


def _progress(done: int, pairs: int, found: Pairs) -> None:
    ours, peer = found.ours[-1], found.peer[-1]
    print(
        f"pair {done:2} of {pairs}: "
        f"ours {ours.us_per_request(ours.cpu.total):6.2f} µs at {ours.rate:7.0f}/s, "
        f"peer {peer.us_per_request(peer.cpu.total):6.2f} µs at {peer.rate:7.0f}/s",
        file=sys.stderr,
        flush=True,
    )


@dataclass(frozen=True)
class Finding:
    """A row with its figures: medians of each side, and the median of the pairs' ratios."""

    row: Row
    ours: float
    peer: float
    ratio: Interval
    verdict: str

    def as_json(self) -> dict:
        return {
            "row": self.row.name,
            "ours": round(self.ours, 4),
            "peer": round(self.peer, 4),
            "unit": self.row.unit,
            "ratio": round(self.ratio.median, 4),
            "low": round(self.ratio.low, 4),
            "high": round(self.ratio.high, 4),
            "bound": self.row.bound,
            "verdict": self.verdict,
        }


def judge(row: Row, pairs: Pairs) -> Finding:
    ours = [row.value(m) for m in pairs.ours]
    peer = [row.value(m) for m in pairs.peer]
    ratio = bootstrap_median([a / b for a, b in zip(ours, peer)])
    return Finding(
        row,
        statistics.median(ours),
        statistics.median(peer),
        ratio,
        verdict(ratio, row.bound, row.higher_is_better),
    )
