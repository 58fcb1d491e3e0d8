"""Ours against a peer, or against a bound of its own: measurements in turn, and their rows."""

import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from load import LoadFailed
from processes import Cpu
from stats import Interval, bootstrap_median, verdict

ATTEMPTS = 3  # of one measurement, when its load fails
SHOWN = "shown"  # instead of a verdict, where a row has no bound


@dataclass(frozen=True)
class Measurement:
    """One side at work once: what it cost, and how many requests (or messages) it finished."""

    cpu: Cpu
    requests: int
    rate: float
    also: Mapping[str, float] = field(default_factory=dict)  # further figures, by what they are

    def us_per_request(self, seconds: float) -> float:
        return seconds / self.requests * 1e6


@dataclass(frozen=True)
class Cores:
    """What is measured has a core of its own; everything else shares the other."""

    side: int
    load: int


@dataclass(frozen=True)
class Setting:
    """Where and how long is measured; `directory` is empty at first and goes away afterwards."""

    directory: Path
    cores: Cores
    warm_up: float
    seconds: float


# Measures one side once, started anew. LoadFailed says that the measurement does not count.
Side = Callable[[], Measurement]


@dataclass(frozen=True)
class Sides:
    ours: Side
    peer: Side | None = None  # None: the bounds of the rows are absolute
    note: str = ""  # what only the opened comparison knows about its conditions


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure of a measurement, and what ours may be of the peer's."""

    name: str
    unit: str
    bound: float | None  # None: the row is shown for comparison only
    value: Callable[[Measurement], float]
    higher_is_better: bool = False
    absolute: bool = False  # ours itself is held against the bound, the peer's is only shown


@dataclass(frozen=True)
class Comparison:
    """`open` sets up what both sides share and outlives the measurements, and takes it down."""

    open: Callable[[Setting], AbstractContextManager[Sides]]
    rows: tuple[Row, ...]
    peer_name: str = ""
    seconds: float = 4
    warm_up: float = 1
    most: int | None = None  # more measurements than that are not worth their time
    note: str = ""


@dataclass
class Pairs:
    """The measurements of a comparison, pair by pair; without a peer `peer` stays empty."""

    ours: list[Measurement] = field(default_factory=list)
    peer: list[Measurement] = field(default_factory=list)
    note: str = ""


def measure_pairs(comparison: Comparison, pairs: int, cores: Cores) -> Pairs:
    """The order is swapped in every other pair, so that drift favours neither side."""
    found = Pairs()
    with tempfile.TemporaryDirectory(prefix="remora-bench-") as directory:
        setting = Setting(Path(directory), cores, comparison.warm_up, comparison.seconds)
        with comparison.open(setting) as sides:
            found.note = sides.note
            for number in range(pairs):
                both = [(sides.ours, found.ours), (sides.peer, found.peer)]
                for side, into in both if number % 2 == 0 else reversed(both):
                    if side:
                        into.append(_measure_patiently(side))
                _progress(number + 1, pairs, found)
    return found


def _measure_patiently(side: Side) -> Measurement:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return side()
        except LoadFailed as problem:
            print(f"a run does not count: {problem}", file=sys.stderr)
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _progress(done: int, pairs: int, found: Pairs) -> None:
    def figures(name: str, measured: list[Measurement]) -> str:
        if not measured:
            return ""
        m = measured[-1]
        return f"{name} {m.us_per_request(m.cpu.total):6.2f} µs at {m.rate:7.0f}/s"

    parts = filter(None, [figures("ours", found.ours), figures("peer", found.peer)])
    print(f"pair {done:2} of {pairs}: {', '.join(parts)}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Finding:
    """A row with its figures: medians of each side, and what is held against the bound, which is
    the median of the pairs' ratios, or ours itself when there is no peer."""

    row: Row
    ours: float
    peer: float | None
    held: Interval
    verdict: str

    @property
    def is_ratio(self) -> bool:
        return self.peer is not None and not self.row.absolute

    def as_json(self) -> dict:
        return {
            "row": self.row.name,
            "ours": round(self.ours, 4),
            "peer": None if self.peer is None else round(self.peer, 4),
            "unit": self.row.unit,
            "ratio": round(self.held.median, 4) if self.is_ratio else None,
            "low": round(self.held.low, 4),
            "high": round(self.held.high, 4),
            "bound": self.row.bound,
            "verdict": self.verdict,
        }


def judge(row: Row, pairs: Pairs) -> Finding:
    ours = [row.value(m) for m in pairs.ours]
    peer = [row.value(m) for m in pairs.peer]
    relative = peer and not row.absolute
    held = bootstrap_median([ratio(a, b) for a, b in zip(ours, peer)] if relative else ours)
    said = SHOWN if row.bound is None else verdict(held, row.bound, row.higher_is_better)
    return Finding(
        row, statistics.median(ours), statistics.median(peer) if peer else None, held, said
    )


def ratio(ours: float, peer: float) -> float:
    """Of a peer's figure that is 0 (system CPU ticks of a short run) there is no ratio."""
    if peer == 0:
        raise LoadFailed("the peer's figure is 0: the measurements are too short")
    return ours / peer
