"""The past that rules look back on, made up: blocks of a Prometheus that hold the counters, and
every recorded series that a rule sums over a range, as far back as it reaches."""

import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

SCRAPE = 30  # seconds
UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
SELECTOR = re.compile(r"([A-Za-z_:][\w:]*)\{([^}]*)\}(?:\[([0-9a-z]+)(?::[0-9a-z]*)?\])?")
MATCHER = re.compile(r'(\w+)(=~|=)"([^"]*)"')
LABELLED = re.compile(r'"window", "([^"]+)"')  # label_replace: one rule for several windows
WINDOWS = re.compile(r'window=~"([^"]+)"')  # or what is computed from such

Labels = tuple[tuple[str, str], ...]


def seconds(text: str) -> int:
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([wdhms])", text))


@dataclass(frozen=True)
class RecordingRule:
    name: str
    labels: Labels
    expression: str
    step: int  # seconds between its samples

    def series(self) -> list[Labels]:
        """The label sets that it records, as far as they show in its text."""
        windows = LABELLED.findall(self.expression)
        if not windows and (several := WINDOWS.search(self.expression)):
            windows = several[1].split("|")
        if not windows or "window" in dict(self.labels):
            return [self.labels]
        return [tuple(sorted((*self.labels, ("window", window))))
                for window in dict.fromkeys(windows)]

    def selections(self) -> list[tuple[str, str, int]]:
        """Metric, conditions and range in seconds (0 for none) of each selector."""
        return [(name, matchers, seconds(span)) for name, matchers, span in
                SELECTOR.findall(self.expression)]


def selects(matchers: str, labels: Labels) -> bool:
    have = dict(labels)
    return all(have.get(name) in (value.split("|") if operator == "=~" else [value])
               for name, operator, value in MATCHER.findall(matchers))


def recording_rules(files: list[Path], interval: int) -> list[RecordingRule]:
    """`interval` is that of groups that have none."""
    found = []
    for file in files:
        for group in yaml.load(file.read_text(), Loader=yaml.CSafeLoader)["groups"]:
            step = seconds(group["interval"]) if "interval" in group else interval
            found += [RecordingRule(rule["record"], tuple(sorted(rule.get("labels", {}).items())),
                                    rule["expr"], step)
                      for rule in group["rules"] if "record" in rule]
    return found


@dataclass(frozen=True)
class Recorded:
    """A series that rules look back on."""

    name: str
    labels: Labels
    step: int
    reach: int  # seconds back


def looked_back_on(rules: list[RecordingRule]) -> list[Recorded]:
    """The recorded series that are selected with a range."""
    recorded: dict[str, list[tuple[Labels, int]]] = {}
    for rule in rules:
        recorded.setdefault(rule.name, []).extend((labels, rule.step) for labels in rule.series())
    found: dict[tuple[str, Labels], Recorded] = {}
    for rule in rules:
        for name, matchers, back in rule.selections():
            if not back:
                continue
            for labels, step in recorded.get(name, ()):
                if selects(matchers, labels):
                    before = found.get((name, labels))
                    reach = max(back, before.reach if before else 0)
                    found[name, labels] = Recorded(name, labels, step, reach)
    return list(found.values())


def label_text(labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}"


def counter_lines(labels: list[str], name: str, reach: int, end: int) -> Iterator[str]:
    chance = random.Random(1)
    for text in labels:
        value = 0
        for at in range(end - reach, end, SCRAPE):
            value += chance.randrange(100)
            yield f"{name}{text} {value} {at}\n"


def recorded_lines(series: list[Recorded], end: int) -> Iterator[str]:
    chance = random.Random(2)
    for one in series:
        text = one.name + label_text(one.labels)
        # Small whole numbers and fractions, as sums and ratios are.
        values = [f" {chance.randrange(1000) / 8} " for _ in range(997)]
        first = (end - one.reach) // one.step * one.step
        for number, at in enumerate(range(first, end, one.step)):
            yield f"{text}{values[number % 997]}{at}\n"


def write_blocks(directory: Path, data: Path, lines: Iterator[str]) -> int:
    """How many samples `data` holds afterwards, in as few blocks as promtool makes."""
    text = directory / "history.om"
    count = 0
    with text.open("w") as out:
        for line in lines:
            out.write(line)
            count += 1
        out.write("# EOF\n")
    done = subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "--max-block-duration=1000h", "openmetrics",
         str(text), str(data)], capture_output=True, text=True)
    text.unlink()
    if done.returncode != 0:
        raise RuntimeError(f"promtool: {done.stderr[-1000:]}")
    return count
