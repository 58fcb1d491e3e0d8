"""What the rules of 100 SLOs cost a real Prometheus: ours beside sloth's, over the same counters.

Both sets are loaded by one Prometheus that scrapes a made-up target and has 30 days of history, so
that both meet the same heap and the same moment. A measurement is what all groups of one side took
in five minutes, by prometheus_rule_group_last_duration_seconds of each evaluation."""

import http.server
import itertools
import random
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comparison import Comparison, Measurement, Row, Setting, Sides
from load import LoadFailed
from processes import Cpu, Processes, free_port
from programs import program, tool
from rule_history import (
    counter_lines, looked_back_on, recorded_lines, recording_rules, write_blocks,
)
from slo_specs import METRIC, name_of, write_ours, write_sloth

COUNT = 100
INSTANCES = ("a", "b")
CODES = ("200", "500")
INTERVAL = 60  # of evaluation, of both; our slow groups say five minutes themselves
LONGEST_RAW = 3 * 86_400  # that sloth's rules look back on counters; ours need minutes

CONFIG = """\
global: {{scrape_interval: 30s, evaluation_interval: {interval}s}}
rule_files: [ours/*.rules.yaml, sloth.rules.yaml]
scrape_configs:
  - job_name: shop
    honor_labels: true
    static_configs: [{{targets: ["127.0.0.1:{target}"]}}]
"""


def counters() -> list[str]:
    return [f'{{job="shop",app="{name_of(n)}",instance="{instance}",code="{code}"}}'
            for n in range(COUNT) for instance in INSTANCES for code in CODES]


class Target(http.server.BaseHTTPRequestHandler):
    """Counters that grow with every scrape."""

    values: dict[str, int] = {}
    chance = random.Random(3)

    def do_GET(self):
        for series in self.values:
            self.values[series] += self.chance.randrange(100)
        body = "".join(f"{METRIC}{series} {value}\n" for series, value in self.values.items())
        body += "".join(f'process_start_time_seconds{{job="shop",instance="{i}"}} 1\n'
                        for i in INSTANCES)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def target() -> Iterator[int]:
    # Above every counter of the history.
    handler = type("Counting", (Target,), {"values": {c: 10**7 for c in counters()}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def generate(directory: Path, count: int = COUNT, *options: str) -> None:
    """`ours/*.rules.yaml` and `sloth.rules.yaml`."""
    write_ours(directory / "specs", count)
    write_sloth(directory / "sloth.yaml", count)
    for command in (
        [program("remora-slo"), "generate", str(directory / "specs"), "--out",
         str(directory / "ours"), *options],
        [tool("sloth"), "generate", "-i", str(directory / "sloth.yaml"), "-o",
         str(directory / "sloth.rules.yaml")],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr[-1000:]}")


def fill(directory: Path) -> int:
    end = int(time.time()) // INTERVAL * INTERVAL
    files = [*sorted((directory / "ours").glob("*.rules.yaml")), directory / "sloth.rules.yaml"]
    series = looked_back_on(recording_rules(files, INTERVAL))
    up = [f'{{job="shop",instance="{i}"}}' for i in INSTANCES]
    return write_blocks(directory, directory / "data", itertools.chain(
        counter_lines(counters(), METRIC, LONGEST_RAW, end),
        (f"up{text} 1 {end - 30}\n" for text in up),
        recorded_lines(series, end)))


@dataclass
class Evaluations:
    """What a Prometheus says of its groups, seen often enough to see each evaluation."""

    port: int
    durations: dict[tuple[str, str], float] = field(default_factory=dict)

    def look(self) -> None:
        latest: dict[str, list[float]] = {}
        for line in self._metrics():
            for place, name in enumerate(("prometheus_rule_group_last_evaluation_timestamp_seconds",
                                          "prometheus_rule_group_last_duration_seconds")):
                if line.startswith(name + "{"):
                    group, value = line.removeprefix(name).rsplit(" ", 1)
                    latest.setdefault(group, [0.0, 0.0])[place] = float(value)
        for group, (at, duration) in latest.items():
            if at > 0:
                self.durations[group, str(at)] = duration

    def _metrics(self) -> list[str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return answer.read().decode().splitlines()

    def total(self, part: str) -> tuple[float, int]:
        found = [seconds for (group, _), seconds in self.durations.items() if part in group]
        return sum(found), len(found)


@dataclass
class Windows:
    """Measurements of both sides are taken at the same time; each is handed out once to either."""

    port: int
    seconds: float
    waiting: dict[str, Measurement] = field(default_factory=dict)

    def measure(self, side: str) -> Measurement:
        if side not in self.waiting:
            self._observe()
        return self.waiting.pop(side)

    def _observe(self) -> None:
        before = Evaluations(self.port)
        before.look()
        seen = Evaluations(self.port)
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            time.sleep(5)
            seen.look()
        for key in before.durations:
            seen.durations.pop(key, None)
        for side, part in (("ours", "/ours/"), ("sloth", "sloth.rules.yaml")):
            took, evaluations = seen.total(part)
            if evaluations == 0:
                raise LoadFailed(f"no group of {side} was evaluated")
            self.waiting[side] = Measurement(Cpu(took, 0), COUNT, 1 / took,
                                             {"evaluations of groups": evaluations})


def failures(port: int) -> list[str]:
    """Rules that Prometheus could not evaluate."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return [line for line in answer.read().decode().splitlines()
                if line.startswith("prometheus_rule_evaluation_failures_total{")
                and not line.endswith(" 0")]


@contextmanager
def open_cost(setting: Setting) -> Iterator[Sides]:
    prometheus = shutil.which("prometheus")
    if not prometheus:
        raise RuntimeError("prometheus is not installed (tools/debian-test.txt)")
    directory = setting.directory
    generate(directory, COUNT)
    samples = fill(directory)
    with target() as scraped, Processes(directory) as processes:
        (directory / "prometheus.yaml").write_text(CONFIG.format(interval=INTERVAL, target=scraped))
        port = free_port()
        processes.start("prometheus", [
            prometheus, f"--config.file={directory}/prometheus.yaml",
            f"--storage.tsdb.path={directory}/data", "--storage.tsdb.retention.time=60d",
            f"--web.listen-address=127.0.0.1:{port}"], setting.cores.side).wait_listening(port, 120)
        time.sleep(setting.warm_up)
        windows = Windows(port, setting.seconds)
        yield Sides(lambda: windows.measure("ours"), lambda: windows.measure("sloth"),
                    f"{samples:,} samples of history")
        if failed := failures(port):
            raise LoadFailed(f"rules could not be evaluated: {failed[:3]}")


def total(m: Measurement) -> float:
    return m.cpu.total * 1e3


COMPARISONS = [
    Comparison(
        open=open_cost,
        peer_name="sloth",
        rows=(Row(f"Evaluating the rules of {COUNT} SLOs for 5 minutes", "ms", 0.5, total),),
        seconds=300,
        warm_up=150,
        most=3,
        note=f"one Prometheus with both sets, 30 days of history, {len(INSTANCES) * len(CODES)}"
             " series a counter scraped each 30 s, evaluated each minute (our slow groups: each 5)",
    ),
]
