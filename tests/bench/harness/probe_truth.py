"""Whether what the probe says is true: its percentiles against the delays that a server really made.

The truth of the i-th check of an even schedule is the instant of its answer's last byte, as the
server noted it, less the instant at which the check was intended: the first one, plus i intervals.
The first one is not known to the server; it is taken from the check that arrived soonest after its
turn, so that connecting counts for no more than it takes at best.
"""

import math
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comparison import Comparison, Measurement, Row, Setting, Sides
from load import LoadFailed
from probing import ask, run_probe, truth_server
from processes import Cpu, Processes, Started, free_port

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
WRONG = "times the allowance"
BLACKBOX = "prometheus-blackbox-exporter"

SCENARIO = """\
name: {name}
max_running: 100000
sign: false
trace: false
step_timeout: 10s
steps:
  - {{name: get, http: {{url: "${{target.base}}{path}"}}}}
load: [{{constant: {{rate: {rate}/s, for: {seconds:g}s}}}}]
"""

BODY = (0.0, 0.001, 0.003)  # seconds within the body, in turn

MODULES = "modules: {http: {prober: http, timeout: 10s, http: {preferred_ip_protocol: ip4}}}\n"


@dataclass(frozen=True)
class Case:
    """Checks of one path at an even rate, and what happens meanwhile."""

    wait: str  # ms, in turn
    rate: int
    others: int = 0  # checks in flight at the same time, of a second each
    stall: float = 0  # seconds in which the server does nothing, in the middle

    @property
    def path(self) -> str:
        us = ",".join(str(int(float(ms) * 1000)) for ms in self.wait.split(","))
        body = ",".join(str(int(s * 1e6)) for s in BODY)
        return f"/?wait={us}&body={body}&close=1"


def quantile(ordered: list[float], q: float) -> float:
    """The smallest value that at least `q` of all are not above."""
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)]


def truth(log: str, path: str, rate: float) -> list[float]:
    """The true durations in seconds, in ascending order."""
    lines = [line.split(" ") for line in log.splitlines()]
    found = sorted((int(f[1]), int(f[4])) for f in lines if f[0] == "R" and f[5] == path)
    if not found:
        raise LoadFailed("the server saw no check")
    gap = 1e9 / rate
    first = min(accepted - i * gap for i, (accepted, _) in enumerate(found))
    return sorted((last - first - i * gap) / 1e9 for i, (_, last) in enumerate(found))


def due(case: Case, seconds: float) -> list[float]:
    """What checks at an even pace would meet if the server kept its delays exactly; for a prober
    that leaves checks out, whose own requests cannot tell what those would have met."""
    waits = [float(ms) / 1000 for ms in case.wait.split(",")]
    begin = seconds / 2 - case.stall / 2
    found = []
    for i in range(int(case.rate * seconds)):
        at = i / case.rate
        stalled = begin + case.stall - at if begin <= at < begin + case.stall else 0.0
        found.append(stalled + waits[i % len(waits)] + BODY[i % len(BODY)])
    return sorted(found)


def allowance(true: float) -> float:
    return max(0.001, 0.02 * true)


def worst(said: dict[str, float], true: list[float]) -> dict[str, float]:
    """The largest error in terms of what is allowed, and all figures in ms."""
    errors = {name: abs(said[name] - quantile(true, q)) / allowance(quantile(true, q))
              for name, q in QUANTILES.items()}
    figures = {}
    for name, q in QUANTILES.items():
        figures[f"ms {name}"] = said[name] * 1000
        figures[f"ms true {name}"] = quantile(true, q) * 1000
    return {WRONG: max(errors.values()), **figures}


class Stall(threading.Thread):
    """Stops the server once, in the middle of a measurement."""

    def __init__(self, port: int, case: Case, seconds: float):
        super().__init__(daemon=True)
        self._port, self._case, self._after = port, case, seconds / 2 - case.stall / 2

    def run(self) -> None:
        if self._case.stall:
            time.sleep(self._after)
            ask(self._port, f"/stall?us={int(self._case.stall * 1e6)}")


def ours(setting: Setting, case: Case) -> Measurement:
    with Processes(setting.directory) as processes:
        port = truth_server(processes, setting)
        texts = [SCENARIO.format(name="measured", path=case.path, rate=case.rate,
                                 seconds=setting.seconds)]
        if case.others:
            texts.append(SCENARIO.format(name="others", path="/?wait=1000000&close=1",
                                         rate=case.others, seconds=setting.seconds))
        Stall(port, case, setting.seconds).start()
        ran = run_probe(setting, "---\n".join(texts), port)
        log = ask(port, "/log")
    s = ran.scenario("measured")
    if sum(s["missed"].values()):
        raise LoadFailed(f"checks were missed: {s['missed']}")
    said = {name: s["duration_seconds"][name] for name in QUANTILES}
    return Measurement(ran.cpu, s["passed"], case.rate, worst(said, truth(log, case.path, case.rate)))


def blackbox(processes: Processes, setting: Setting) -> tuple[Started, int]:
    port = free_port()
    config = setting.directory / "blackbox.yml"
    config.write_text(MODULES)
    command = [BLACKBOX, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
               "--log.level=error"]
    return processes.start("blackbox", command, setting.cores.side).wait_listening(port), port


def scraped(exporter: int, target: str, case: Case, seconds: float) -> list[float]:
    """`probe_duration_seconds` as Prometheus would collect it: a scrape at each tick, and none while
    the one before is still under way. (It would not scrape that often; the figures are for
    comparison.)"""
    url = f"http://127.0.0.1:{exporter}/probe?module=http&target={target}"
    found: list[float] = []
    begin = time.monotonic()
    for i in range(int(case.rate * seconds)):
        due = begin + i / case.rate
        late = time.monotonic() - due
        if late > 1 / case.rate:
            continue
        time.sleep(max(0.0, -late))
        with urllib.request.urlopen(url, timeout=30) as answer:
            value = re.search(r"^probe_duration_seconds (\S+)$", answer.read().decode(), re.M)
        found.append(float(value.group(1)) if value else math.inf)
    return sorted(found)


def theirs(setting: Setting, case: Case) -> Measurement:
    """The same server and pace, asked by blackbox_exporter; its figures against the same truth as
    ours would be held to: what a check at each tick would have met."""
    from urllib.parse import quote

    with Processes(setting.directory) as processes:
        port = truth_server(processes, setting)
        _, exporter = blackbox(processes, setting)
        Stall(port, case, setting.seconds).start()
        target = quote(f"http://127.0.0.1:{port}{case.path}", safe="")
        found = scraped(exporter, target, case, setting.seconds)
    said = {name: quantile(found, q) for name, q in QUANTILES.items()}
    return Measurement(Cpu(0, 0), len(found), case.rate,
                       worst(said, due(case, setting.seconds)))


@dataclass(frozen=True)
class Truth:
    """What a `Comparison` opens."""

    case: Case
    peer: bool = True

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        has_peer = self.peer and any(Path(p, BLACKBOX).exists() for p in ("/usr/bin", "/usr/sbin"))
        yield Sides(lambda: ours(setting, self.case),
                    (lambda: theirs(setting, self.case)) if has_peer else None)


def also(key: str):
    return lambda m: m.also.get(key, math.nan)


def comparison(what: str, case: Case, note: str, peer: bool = True) -> Comparison:
    return Comparison(
        open=Truth(case, peer),
        peer_name="blackbox" if peer else "",
        rows=(
            Row(f"error of p50, p95 and p99 {what}", "times 1 ms or 2 %", 1.0, also(WRONG),
                absolute=True),
            Row(f"p99 {what}", "ms", None, also("ms p99"), absolute=True),
        ),
        seconds=20,
        warm_up=0,
        most=3,
        note=note,
    )


DELAYS = "2,5,10,20,50,100,200"
COMPARISONS = [
    comparison("of checks that are alone", Case(DELAYS, 20), f"answers after {DELAYS} ms in turn"),
    comparison("with 500 other checks in flight", Case(DELAYS, 20, others=500),
               "500 others a second, of a second each", peer=False),
    comparison("when the server stalls for 2 s", Case("5", 50, stall=2),
               "50 checks a second for 20 s: one in ten meets the stall"),
]
