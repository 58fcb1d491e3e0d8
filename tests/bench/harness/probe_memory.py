"""Memory of the probe's daemon: what it needs anyway, and what each scenario adds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Comparison, Measurement, Row, Setting, Sides
from probing import daemon, scenarios, truth_server
from processes import Cpu, Processes, memory_of

BASE, SLOPE, ALL = "MB anonymous", "KB a scenario", "MB with the most scenarios"
SETTLED = 1.0  # seconds until what loading needs has been given back


@dataclass(frozen=True)
class Memory:
    """What a `Comparison` opens: a daemon with one scenario, with `few` and with `many`. The slope
    between these two leaves out what the process needs anyway."""

    interval: str
    wait: float
    few: int = 1000
    many: int = 5000

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        yield Sides(lambda: self.measure(setting))

    def measure(self, setting: Setting) -> Measurement:
        one, few, many = (self.resident(setting, n) for n in (1, self.few, self.many))
        slope = (many - few) / (self.many - self.few)
        return Measurement(Cpu(0, 0), 1, 0, {BASE: one / 1024, SLOPE: slope, ALL: many / 1024})

    def resident(self, setting: Setting, count: int) -> float:
        with Processes(setting.directory) as processes:
            target = truth_server(processes, setting)
            text = scenarios(count, self.interval, "/?close=1")
            started, _ = daemon(processes, setting, text, target)
            time.sleep(self.wait)
            return memory_of(started.pid, "RssAnon")


def also(key: str):
    return lambda m: m.also[key]


def rows(what: str) -> tuple[Row, ...]:
    return (
        Row(f"RssAnon of a daemon {what}, one scenario", "MB", 6.0, also(BASE), absolute=True),
        Row(f"RssAnon a scenario {what}", "KB", 4.0, also(SLOPE), absolute=True),
    )


COMPARISONS = [
    Comparison(open=Memory("1h", SETTLED), rows=rows("that idles"), seconds=0, most=3,
               note="1, 1,000 and 5,000 scenarios of one HTTP step"),
    Comparison(open=Memory("5s", 12), rows=rows("that probes"), seconds=0, most=3,
               note="1, 1,000 and 5,000 scenarios of one HTTP step, every 5 s, after 12 s"),
]
