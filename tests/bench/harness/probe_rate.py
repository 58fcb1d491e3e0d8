"""How many checks a second the probe starts in time on one core, each with a connection of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Comparison, Measurement, Row, Setting, Sides
from load import LoadFailed
from probing import Ran, run_probe, scenarios, truth_server
from processes import Processes

WANTED = 10_000
LATE = 5.0  # ms, of the 99th percentile
STEP = 1.15
AT_WANTED, MOST = "ms lag p99 at 10,000/s", "checks/s held"


def lag_ms(ran: Ran) -> float:
    """The 99th percentile of how late checks started; those that never did are infinitely late."""
    s = ran.scenario("scenario-0")
    missed = sum(s["missed"].values())
    if missed > s["scheduled"] / 100:
        return float("inf")
    return s["lag_seconds"]["p99"] * 1000


@dataclass(frozen=True)
class Rate:
    """What a `Comparison` opens: the rate is raised until the checks are late."""

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        yield Sides(lambda: self.measure(setting))

    def at(self, setting: Setting, rate: float) -> tuple[float, Ran]:
        with Processes(setting.directory) as processes:
            port = truth_server(processes, setting)
            ran = run_probe(setting, scenarios(1, "1h", "/?close=1"), port,
                            "--load", f"constant:{rate:.0f}/s:{setting.seconds:g}s")
        return lag_ms(ran), ran

    def measure(self, setting: Setting) -> Measurement:
        at_wanted, ran = self.at(setting, WANTED)
        held, rate, lag = 0.0, float(WANTED), at_wanted
        if lag <= LATE:
            while lag <= LATE:
                held, rate = rate, rate * STEP
                lag = self.at(setting, rate)[0]
        else:
            while lag > LATE:
                rate /= STEP
                if rate < 500:
                    raise LoadFailed(f"{lag:.1f} ms late at {rate:.0f} checks a second")
                lag = self.at(setting, rate)[0]
            held = rate
        done = ran.scenario("scenario-0")["passed"]
        return Measurement(ran.cpu, max(done, 1), done / setting.seconds,
                           {AT_WANTED: min(at_wanted, 1e6), MOST: held})


def also(key: str):
    return lambda m: m.also[key]


COMPARISONS = [
    Comparison(
        open=Rate(),
        rows=(
            Row("checks a second in time (lag p99 under 5 ms), one core", "/s", WANTED, also(MOST),
                higher_is_better=True, absolute=True),
            Row("lag p99 at 10,000 checks a second, one core", "ms", LATE, also(AT_WANTED),
                absolute=True),
            Row("CPU of a check at 10,000 a second", "µs", None,
                lambda m: m.us_per_request(m.cpu.total), absolute=True),
        ),
        seconds=5,
        warm_up=0,
        most=5,
        note="a new connection each, the server on the other core; the rate is raised by 15 % until "
        "the 99th percentile of the lag is above 5 ms",
    ),
]
