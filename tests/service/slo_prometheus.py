"""A Prometheus of its own with what the recording rules of some objectives would have recorded, and
what a probe would have counted: hours of history, made in a moment."""

import math
import random
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from servers import Server, tool

MINUTE, HOUR, DAY = 60, 3600, 86400
WINDOWS = {"5m": 5, "1h": 60, "6h": 360, "3d": 4320, "7d": 10080}
PERIOD = "7d"
AHEAD = 40 * MINUTE  # recorded for the time that a test takes


@dataclass(frozen=True)
class Objective:
    """An SLO over a week: its traffic, and what share of it is bad, and when."""

    name: str
    title: str
    service: str
    target: float
    per_minute: int
    bad: tuple[tuple[float, float, float], ...]  # from and to in hours ago, share
    base: float = 0.0
    recorded: bool = True  # otherwise nothing is known of it
    good: str = ""  # queries; those of its route unless given
    total: str = ""

    @property
    def document(self) -> str:
        total = f'requests_total{{job="shop",route="/{self.name}"}}'
        good = f'requests_total{{job="shop",route="/{self.name}",code="ok"}}'
        return f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {self.name}, displayName: "{self.title}"}}
spec:
  description: One in a row of objectives of the shop; its numbers are made up.
  service: {self.service}
  indicator:
    metadata: {{name: {self.name}-ratio}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: '{self.good or good}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: '{self.total or total}'}}}}}}
  timeWindow: [{{duration: {PERIOD}, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{displayName: It, target: {self.target}}}]
"""

    def share(self, hours_ago: float) -> float:
        bad = (share for begin, end, share in self.bad if end <= hours_ago < begin)
        return max([self.base, *bad])


RUNS = 'remora_probe_runs_total{scenario="shop"}'
OBJECTIVES = (
    Objective("checkout", "Orders are accepted", "shop", 0.999, 900,
              ((9, 7.5, 0.04), (2, 1.2, 0.2)), 0.0002),
    Objective("search", "Searches are answered", "shop", 0.995, 2400, ((0.6, -1, 0.03),), 0.001),
    Objective("catalogue", "The catalogue is fast", "shop", 0.99, 1800, ((20, 19, 0.05),), 0.002),
    Objective("payments", "Payments get through", "payments", 0.9995, 120, ((30, 29.8, 0.2),)),
    Objective("walks", "The shop works from outside", "shop", 0.95, 12, ((5, 4.6, 0.7),), 0.01,
              good=RUNS[:-1] + ',outcome="passed"}', total=RUNS),
    Objective("refunds", "Refunds arrive", "payments", 0.99, 0, (), recorded=False),
)


def services() -> str:
    names = sorted({o.service for o in OBJECTIVES})
    return "---".join(f"""
apiVersion: openslo/v1
kind: Service
metadata: {{name: {name}}}
spec: {{description: A service.}}
""" for name in names)


def corrections(now: int) -> str:
    """The walks failed because of the probe's own network, somebody wrote down."""
    begin, end = (time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(now - hours * HOUR))
                  for hours in (5.1, 4.5))
    return f"""
corrections:
  - kind: correction
    slos: [walks]
    from: {begin}
    to: {end}
    by: ana@example.org
    why: The probe's own network was down.
"""


def write_objectives(folder: Path, now: int) -> list[str]:
    """Their files; what corrects them is beside them."""
    folder.mkdir()
    (folder / "corrections.yaml").write_text(corrections(now))
    (folder / "services.yaml").write_text(services())
    for objective in OBJECTIVES:
        (folder / f"{objective.name}.yaml").write_text(objective.document)
    return [str(folder / f"{name}.yaml") for name in ("services", *(o.name for o in OBJECTIVES))]


def minutes_of(objective: Objective, now: int, first: int,
               last: int) -> tuple[list[int], list[int]]:
    """Running totals of events and bad ones at each minute: busy days, quiet nights."""
    chance = random.Random(objective.name)
    events, bad = [0], [0]
    for at in range(first, last + 1, MINUTE):
        day = 0.75 + 0.25 * math.sin(2 * math.pi * at / DAY)
        count = round(objective.per_minute * day * chance.uniform(0.9, 1.1))
        wrong = count * objective.share((now - at) / HOUR)
        events.append(events[-1] + count)
        bad.append(bad[-1] + int(wrong) + (chance.random() < wrong % 1))
    return events, bad


def recorded(objective: Objective, now: int) -> dict[str, list[str]]:
    """Lines of OpenMetrics by family: what the rules record (docs/slo.md)."""
    first, last = now - 9 * DAY, now + AHEAD
    events, bad = minutes_of(objective, now, first, last)
    budget = 1 - objective.target
    name = objective.name
    labels = f'slo_id="{name}",slo_name="{name}",slo_service="{objective.service}"'
    out: dict[str, list[str]] = {}

    def say(name: str, more: str, value: float, at: int) -> None:
        out.setdefault(name, []).append(f"{name}{{{labels}{more}}} {value:.9g} {at}\n")

    for index, at in enumerate(range(first, last + 1, MINUTE), 1):
        ago = now - at
        if ago > 26 * HOUR and at % (15 * MINUTE):
            continue  # charts of a day want minutes, those of a week do not
        if ago > 7 * DAY:
            continue
        say("slo:total:delta1m", "", events[index] - events[index - 1], at)
        for window, width in WINDOWS.items():
            begin = max(0, index - width)
            total, wrong = events[index] - events[begin], bad[index] - bad[begin]
            more = f',window="{window}"'
            say("slo:events:sum", more, total, at)
            say("slo:bad_events:sum", more, wrong, at)
            say("slo:coverage:ratio", more, min(1, index / width), at)
            if total:
                say("slo:error:ratio", more, wrong / total, at)
                say("slo:burn_rate:ratio", more, wrong / total / budget, at)
            if window == PERIOD and total:
                say("slo:error_budget_remaining:ratio", "", 1 - wrong / total / budget, at)
    return out


def runs(now: int) -> list[str]:
    """What the probe counted: five runs a minute, the bad ones at the application."""
    walks = next(o for o in OBJECTIVES if o.name == "walks")
    first = now - 7 * HOUR
    events, bad = minutes_of(walks, now, first, now + AHEAD)
    out = []
    for index, at in enumerate(range(first, now + AHEAD + 1, MINUTE), 1):
        for outcome, where, step, value in (("passed", "", "", events[index] - bad[index]),
                                            ("failed", "app", "read", bad[index]),
                                            ("failed", "dns", "list", 0)):
            labels = f'scenario="shop",step="{step}",outcome="{outcome}",where="{where}"'
            out.append((labels, f"remora_probe_runs_total{{{labels}}} {value} {at}\n"))
    return [line for _, line in sorted(out, key=lambda pair: pair[0])]


def openmetrics(now: int) -> str:
    families: dict[str, list[str]] = {}
    for objective in OBJECTIVES:
        if objective.recorded:
            for name, lines in recorded(objective, now).items():
                families.setdefault(name, []).extend(lines)
    text = [f"# TYPE {name} gauge\n{''.join(lines)}" for name, lines in sorted(families.items())]
    return "".join(text) + "# TYPE remora_probe_runs counter\n" + "".join(runs(now)) + "# EOF\n"


class Prometheus(Server):
    """Scrapes nothing; knows what `openmetrics` says."""

    def __init__(self, directory: Path, now: int, spawner: ThreadPoolExecutor):
        directory.mkdir()
        super().__init__("prometheus", directory, 1, spawner)
        (directory / "prometheus.yaml").write_text("scrape_configs: []\n")
        (directory / "history").write_text(openmetrics(now))
        subprocess.run([tool("promtool"), "tsdb", "create-blocks-from", "--max-block-duration=744h",
                        "openmetrics", "history", "data"], cwd=directory, check=True,
                       stdout=subprocess.DEVNULL)

    def command(self) -> list[str]:
        return [tool("prometheus"), "--config.file=prometheus.yaml", "--storage.tsdb.path=data",
                "--storage.tsdb.retention.time=30d",
                f"--web.listen-address=127.0.0.1:{self.port}"]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                return True
        except OSError:
            return False
