"""What it costs to make rules from SLOs: ours beside sloth, on its own examples and on many SLOs.

Ours also writes promtool tests of every alert; sloth has none."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comparison import Comparison, Measurement, Row, Setting, Side, Sides
from load import LoadFailed
from processes import Cpu
from programs import go_module, program, tool
from slo_specs import write_ours, write_sloth

MANY = 1000
RUNS = 20  # of the examples, a measurement
# Of sloth's examples those that need neither its plugins nor a cluster; ours are the same SLOs in
# OpenSLO (sloth_examples/NAME.yaml).
EXAMPLES = ("getting-started", "home-wifi", "kubernetes-apiserver", "multifile", "no-alerts",
            "openslo-getting-started", "openslo-kubernetes-apiserver")
OURS = Path(__file__).parent / "sloth_examples"


@dataclass(frozen=True)
class Ran:
    cpu: Cpu
    seconds: float
    megabytes: float  # the most that was resident


def run(command: list[str]) -> Ran:
    """Once, to its end. Neither side is held to one core, as they are not where they run: Go takes
    as many threads as it is given cores, and that is a part of what it costs."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with process.stderr:
        said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise LoadFailed(f"{command[0]}: {said.decode()[-500:]}")
    return Ran(Cpu(used.ru_utime, used.ru_stime), time.monotonic() - before,
               used.ru_maxrss / 1024)


def measurement(runs: list[Ran], slos: int) -> Measurement:
    count = len(runs)
    return Measurement(
        Cpu(sum(r.cpu.user for r in runs), sum(r.cpu.system for r in runs)), slos * count,
        slos * count / sum(r.seconds for r in runs),
        {"MB at most": max(r.megabytes for r in runs),
         "s for each run": sum(r.seconds for r in runs) / count})


def side(command: list[str], into: Path, slos: int, runs: int) -> Side:
    """Each run writes into a folder of its own below `into`, which stands last in its command."""
    into.mkdir(exist_ok=True)

    def measure() -> Measurement:
        done = []
        for _ in range(runs):
            folder = tempfile.mkdtemp(dir=into)
            done.append(run([*command, folder]))
        return measurement(done, slos)
    return measure


@contextmanager
def memory() -> Iterator[Path]:
    """A folder in memory: ext4 takes milliseconds to create a file after others were deleted, by
    whomever, and that would be what is measured."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="remora-bench-",
                                     dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


def count_slos(folder: Path) -> int:
    """How many SLOs sloth made rules of: each has one sloth_slo_info."""
    return sum(f.read_text().count("record: sloth_slo_info") for f in folder.rglob("*.y*ml"))


@contextmanager
def open_examples(setting: Setting) -> Iterator[Sides]:
    theirs = setting.directory / "examples"
    theirs.mkdir()
    for name in EXAMPLES:
        shutil.copy(go_module("sloth", "github.com/slok/sloth") / "examples" / f"{name}.yml",
                    theirs / f"{name}.yml")
    ours = [program("remora-slo"), "generate", *(str(OURS / f"{name}.yaml") for name in EXAMPLES),
            "--out"]
    sloth = [tool("sloth"), "generate", "-i", str(theirs), "-o"]
    with memory() as folder:
        ours_out, sloth_out = folder / "ours", folder / "sloth"
        side(sloth, sloth_out, 1, 1)()
        slos = count_slos(sloth_out)
        side(ours, ours_out, 1, 1)()
        made = sum(f.read_text().count("record: slo:objective:ratio")
                   for f in ours_out.rglob("*.rules.yaml"))
        if made != slos:
            raise RuntimeError(f"we made rules of {made} objectives, sloth of {slos}")
        yield Sides(side(ours, ours_out, slos, RUNS),
                    side(sloth, sloth_out, slos, RUNS), f"{slos} objectives")


@contextmanager
def open_many(setting: Setting) -> Iterator[Sides]:
    specs = write_ours(setting.directory / "specs", MANY)
    ours = [program("remora-slo"), "generate", str(specs), "--out"]
    sloth_specs = setting.directory / "sloth-specs"
    sloth_specs.mkdir()
    write_sloth(sloth_specs / "sloth.yaml", MANY)
    sloth = [tool("sloth"), "generate", "-i", str(sloth_specs), "-o"]
    with memory() as folder:
        yield Sides(side(ours, folder / "ours", MANY, 1),
                    side(sloth, folder / "sloth", MANY, 1))


def total(m: Measurement) -> float:
    return m.us_per_request(m.cpu.total)


COMPARISONS = [
    Comparison(
        open=open_examples,
        peer_name="sloth",
        rows=(Row("CPU an objective, sloth's own examples", "µs", 0.2, total),),
        note=f"{RUNS} runs a measurement, start included; ours writes promtool tests too",
    ),
    Comparison(
        open=open_many,
        peer_name="sloth",
        rows=(
            Row(f"{MANY:,} SLOs to files", "s", 1, lambda m: m.also["s for each run"],
                absolute=True),
            Row(f"most memory for {MANY:,} SLOs", "MB", 100, lambda m: m.also["MB at most"],
                absolute=True),
            Row(f"CPU an SLO of {MANY:,}", "µs", None, total),
        ),
        note="ours writes a rule file and a promtool test file for each SLO, sloth one file",
    ),
]
