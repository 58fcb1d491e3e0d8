"""The statistics of pairwise measurements: a median ratio and how sure it is."""

import random
import statistics
from dataclasses import dataclass

RESAMPLES = 10_000
SEED = 20_260_101  # fixed: the same measurements give the same interval


@dataclass(frozen=True)
class Interval:
    """A median and the 95 % bootstrap interval around it."""

    median: float
    low: float
    high: float


def bootstrap_median(values: list[float], seed: int = SEED) -> Interval:
    """Percentile bootstrap of the median of `values`, which must not be empty."""
    if not values:
        raise ValueError("no values to take a median of")
    generator = random.Random(seed)
    medians = sorted(
        statistics.median(generator.choices(values, k=len(values))) for _ in range(RESAMPLES)
    )
    return Interval(
        statistics.median(values), percentile(medians, 0.025), percentile(medians, 0.975)
    )


def percentile(ordered: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie, linearly interpolated."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def verdict(interval: Interval, bound: float, higher_is_better: bool = False) -> str:
    """`ok` or `short` when the whole interval is on one side of the bound, else `unclear`."""
    low, high = interval.low, interval.high
    if higher_is_better:
        low, high, bound = -high, -low, -bound
    if high <= bound:
        return "ok"
    return "short" if low > bound else "unclear"
