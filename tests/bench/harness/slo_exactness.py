"""Whether the rules' long window is true: 30 days of bursty traffic, known to the event.

The counters are written as blocks of a real Prometheus; the rules are evaluated by
`promtool tsdb create-blocks-from rules` at the instants at which Prometheus would evaluate them,
level by level of what depends on what, and read back at the end. No time is scaled, and nothing is
waited for.
"""

import json
import random
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from comparison import Comparison, Measurement, Row, Setting, Sides
from load import LoadFailed
from processes import Cpu, Processes, free_port
from rule_history import SCRAPE, RecordingRule, recording_rules, selects, write_blocks
from slo_rules_cost import generate
from slo_specs import METRIC, name_of

DAY = 86_400
PERIOD = 30 * DAY
END = 1_767_225_600  # midnight UTC; a whole hour, since long windows sum whole hours
LEAD = 2 * 3600  # of counters before the period
TAIL = 1800  # of what no range reaches back on
INTERVAL = 60
OFFSET = 7  # scrapes are no whole minutes
LONGEST_STEPS = "162h"  # of a block: 9,720 minutes, within the 11,000 points of a query
OURS_LABELS = 'slo_id="app-0",window="30d"'


@dataclass(frozen=True)
class Traffic:
    """Events and bad ones so far at END - PERIOD - LEAD, and each SCRAPE seconds after."""

    total: list[int]
    bad: list[int]

    def at(self, counts: list[int], when: float) -> float:
        """Events come evenly between two knots."""
        knots = (when - (END - PERIOD - LEAD)) / SCRAPE
        index = min(int(knots), len(counts) - 2)
        return counts[index] + (knots - index) * (counts[index + 1] - counts[index])

    def ratio(self, start: float, end: float) -> float:
        return ((self.at(self.bad, end) - self.at(self.bad, start))
                / (self.at(self.total, end) - self.at(self.total, start)))


def bursty(factor: int) -> Traffic:
    """Some requests each half minute; now and then, for minutes, `factor` times as many, of which
    more fail. Never none for long: a quiet five minutes make sloth's ratio NaN for the period."""
    chance = random.Random(42)
    total, bad = [0], [0]
    left = 0
    for step in range((PERIOD + LEAD) // SCRAPE + 1):
        if left == 0 and chance.random() < 0.002:
            left = chance.randrange(4, 20)
        events = chance.randrange(1, 5) * (factor if left else 1)
        share = 0.004 if left else 0.0005
        failed = sum(chance.random() < share for _ in range(events))
        left = max(0, left - 1)
        total.append(total[-1] + events)
        bad.append(bad[-1] + failed)
    return Traffic(total, bad)


def lines(traffic: Traffic) -> Iterator[str]:
    labels = f'job="shop",instance="a",app="{name_of(0)}"'
    first = END - PERIOD - LEAD + OFFSET
    instants = range(first, END + SCRAPE, SCRAPE)
    bad = [int(traffic.at(traffic.bad, at)) for at in instants]
    total = [int(traffic.at(traffic.total, at)) for at in instants]
    for at, failed in zip(instants, bad):
        yield f'{METRIC}{{{labels},code="500"}} {failed} {at}\n'
    for at, failed, events in zip(instants, bad, total):
        yield f'{METRIC}{{{labels},code="200"}} {events - failed} {at}\n'
    for at in instants:
        yield f'up{{job="shop",instance="a"}} 1 {at}\n'
    for at in instants:
        yield f'process_start_time_seconds{{job="shop",instance="a"}} 1 {at}\n'


def needed_by(rule: RecordingRule, rules: list[RecordingRule]) -> list[tuple[RecordingRule, int]]:
    """The rules whose series it selects, and how far it looks back on each."""
    found: dict[RecordingRule, int] = {}
    for name, matchers, back in rule.selections():
        for other in rules:
            if other.name == name and other != rule and any(
                    selects(matchers, labels) for labels in other.series()):
                found[other] = max(found.get(other, 0), back)
    return list(found.items())


def levels(rules: list[RecordingRule], name: str, matchers: str) -> list[list[RecordingRule]]:
    """What has to be recorded for a series, in steps that need only the steps before."""
    depth: dict[RecordingRule, int] = {}

    def visit(rule: RecordingRule) -> int:
        if rule not in depth:
            depth[rule] = 1 + max((visit(other) for other, _ in needed_by(rule, rules)), default=0)
        return depth[rule]

    for rule in rules:
        if rule.name == name and any(selects(matchers, labels) for labels in rule.series()):
            visit(rule)
    return [[rule for rule, at in depth.items() if at == level]
            for level in range(1, max(depth.values()) + 1)]


def reaches(steps: list[list[RecordingRule]]) -> dict[RecordingRule, int]:
    """How many seconds before END each has to be recorded: what looks back may itself be looked
    back on."""
    rules = [rule for level in steps for rule in level]
    found = dict.fromkeys(rules, TAIL)
    for rule in reversed(rules):
        for needed, back in needed_by(rule, rules):
            found[needed] = max(found[needed], found[rule] + back)
    return found


def wait_ready(url: str, seconds: float = 120) -> None:
    """A Prometheus that listens may still be reading its blocks."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"{url}/-/ready", timeout=10).close()
            return
        except OSError as problem:
            if time.monotonic() > end:
                raise LoadFailed(f"{url} is not ready: {problem}") from problem
            time.sleep(0.05)


class Database:
    """A Prometheus over blocks, started again whenever there are new ones."""

    def __init__(self, directory: Path, core: int):
        self.directory, self.core = directory, core
        self.data = directory / "data"
        self.program = shutil.which("prometheus")
        if not self.program:
            raise RuntimeError("prometheus is not installed (tools/debian-test.txt)")
        (directory / "empty.yaml").write_text("global: {}\n")

    @contextmanager
    def running(self) -> Iterator[str]:
        with Processes(self.directory) as processes:
            port = free_port()
            processes.start("prometheus", [
                self.program, f"--config.file={self.directory}/empty.yaml",
                f"--storage.tsdb.path={self.data}", "--storage.tsdb.retention.time=100y",
                f"--web.listen-address=127.0.0.1:{port}"], self.core).wait_listening(port, 120)
            url = f"http://127.0.0.1:{port}"
            wait_ready(url)
            yield url

    def backfill(self, rules: list[RecordingRule], interval: int, start: int) -> None:
        file = self.directory / "level.yaml"
        file.write_text(yaml.safe_dump({"groups": [
            {"name": "level", "interval": f"{interval}s", "rules": [
                {"record": r.name, "expr": r.expression, "labels": dict(r.labels)}
                for r in rules]}]}))
        new = self.directory / "new"
        with self.running() as url:
            done = subprocess.run(
                ["promtool", "tsdb", "create-blocks-from",
                 f"--max-block-duration={LONGEST_STEPS}", "rules", f"--url={url}",
                 f"--start={start}", f"--end={END}", f"--output-dir={new}", str(file)],
                capture_output=True, text=True)
        if done.returncode != 0:
            raise LoadFailed(f"promtool: {(done.stdout + done.stderr)[-1000:]}")
        for block in new.iterdir():
            block.rename(self.data / block.name)

    def value(self, expression: str) -> float:
        with self.running() as url:
            query = urllib.parse.urlencode({"query": expression, "time": END})
            with urllib.request.urlopen(f"{url}/api/v1/query?{query}", timeout=60) as answer:
                result = json.load(answer)["data"]["result"]
        if len(result) != 1:
            raise LoadFailed(f"{expression} gives {len(result)} series")
        return float(result[0]["value"][1])


def record(database: Database, rules: list[RecordingRule], name: str, matchers: str) -> None:
    """Evaluates everything that a series needs, and the series."""
    steps = levels(rules, name, matchers)
    reach = reaches(steps)
    for level in steps:
        alike: dict[tuple[int, int], list[RecordingRule]] = {}
        for rule in level:
            start = END - min(reach[rule], PERIOD + LEAD - 600)
            alike.setdefault((rule.step, start // rule.step * rule.step), []).append(rule)
        for (step, start), together in alike.items():
            database.backfill(together, step, start)


def off_by(found: float, truth: float) -> Measurement:
    percent = abs(found / truth - 1) * 100
    return Measurement(Cpu(0, 0), 1, 1, {"% off": percent})


@dataclass(frozen=True)
class Exactness:
    """What a `Comparison` opens: traffic whose bursts are so many times the rest."""

    factor: int

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        directory = setting.directory
        generate(directory, 1)
        traffic = bursty(self.factor)
        truth = traffic.ratio(END - PERIOD, END)
        database = Database(directory, setting.cores.side)
        write_blocks(directory, database.data, lines(traffic))
        ours = sorted((directory / "ours").glob("*.rules.yaml"))
        sloth = [directory / "sloth.rules.yaml"]

        def measure(files: list[Path], name: str, labels: str) -> Measurement:
            record(database, recording_rules(files, INTERVAL), name, labels)
            return off_by(database.value(f"{name}{{{labels}}}"), truth)

        yield Sides(
            lambda: measure(ours, "slo:error:ratio", OURS_LABELS),
            lambda: measure(sloth, "slo:sli_error:ratio_rate30d", 'sloth_slo="app-0"'),
            f"the true ratio is {truth:.6f}")


def comparison(factor: int) -> Comparison:
    row = Row(f"30 d with bursts of {factor:,} times the traffic, error of the ratio", "%", 0.1,
              lambda m: m.also["% off"], absolute=True)
    return Comparison(
        open=Exactness(factor), peer_name="sloth", rows=(row,), most=1,
        note="scrapes each 30 s, rules each minute, evaluated by promtool over a real Prometheus")


COMPARISONS = [comparison(10), comparison(1000)]
