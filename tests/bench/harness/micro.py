"""Single operations, from the Google Benchmark programs of tests/bench."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from comparison import Measurement, Setting, Sides
from processes import Cpu
from programs import program

NS = "ns"
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6}


@dataclass(frozen=True)
class Micro:
    """What a `Comparison` opens: two benchmarks of one program, or one alone."""

    program: str
    ours: str
    peer: str = ""

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        peer = (lambda: self.run(self.peer, setting)) if self.peer else None
        yield Sides(lambda: self.run(self.ours, setting), peer)

    def run(self, name: str, setting: Setting) -> Measurement:
        done = subprocess.run(
            [program(self.program), f"--benchmark_filter=^{name}$", "--benchmark_format=json",
             f"--benchmark_min_time={setting.seconds:g}"],
            capture_output=True, text=True, timeout=60 + 20 * setting.seconds,
            preexec_fn=lambda: os.sched_setaffinity(0, {setting.cores.side}),
        )
        if done.returncode != 0:
            raise RuntimeError(f"{self.program} failed: {done.stderr[-300:]}")
        return read(done.stdout, name)


def read(output: str, name: str) -> Measurement:
    """The benchmark's CPU time; raises when the program has none of that name."""
    for found in json.loads(output or "{}").get("benchmarks", ()):
        if found["name"] == name:
            ns = found["cpu_time"] * UNITS[found["time_unit"]]
            return Measurement(Cpu(ns / 1e9, 0), 1, 1e9 / ns, {NS: ns})
    raise RuntimeError(f"there is no benchmark '{name}'")
