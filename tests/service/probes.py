"""The probe as a child of a test: `run` to its end, and `serve` as a server."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import Server
from sidecars import fetch
from stack import sample

KEY = {"id": "k1", "secret": "0123456789abcdef0123456789abcdef"}


def write_json(path: Path, what: dict) -> Path:
    """JSON is YAML."""
    path.write_text(json.dumps(what, indent=1))
    return path


class Report:
    """What `run` came to: its exit code, its report (None without one) and all it wrote."""

    def __init__(self, code: int, report: dict | None, output: str):
        self.code, self.report, self.output = code, report, output

    def scenario(self) -> dict:
        return self.report["scenarios"][0]

    def verdicts(self) -> list[str]:
        """`where why` of every kind of failure."""
        return sorted({f"{one['where']} {one['why']}" for one in self.scenario()["failures"]})


class Runs:
    """Runs scenarios once or more, each in a process of its own."""

    def __init__(self, directory: Path, programs: Path):
        self.directory = directory
        self.program = directory / "remora-probe"
        if not self.program.exists():  # a build beside a running test must not exchange it
            shutil.copy2(programs / "remora-probe", self.program)

    def run(self, scenario: dict, config: dict, *words: str, seconds: float = 120) -> Report:
        file = write_json(self.directory / "scenario.yaml", scenario)
        settings = write_json(self.directory / "run.yaml", {"scenarios": [str(file)]} | config)
        report = self.directory / "report.json"
        report.unlink(missing_ok=True)
        done = subprocess.run(
            [self.program, "run", file, "--config", settings, "--json", report, *words],
            capture_output=True, text=True, timeout=seconds, check=False)
        read = json.loads(report.read_text()) if report.exists() else None
        return Report(done.returncode, read, done.stdout + done.stderr)


class Probe(Server):
    """`remora-probe serve` with scenarios by file name; has its port, and is not started."""

    def __init__(self, directory: Path, programs: Path, config: dict, scenarios: dict[str, dict],
                 spawner: ThreadPoolExecutor):
        super().__init__("probe", directory, 1, spawner)
        self.config = config
        self.program = Runs(directory, programs).program
        self.folder = directory / "scenarios"
        self.folder.mkdir()
        self.config_file = directory / "probe.yaml"
        for name, scenario in scenarios.items():
            write_json(self.folder / name, scenario)
        self.place()

    def command(self) -> list[str]:
        write_json(self.config_file, {"scenarios": ["scenarios"]} | self.config |
                   {"admin": {"listen": f"127.0.0.1:{self.port}"}})
        return [str(self.program), "serve", "--config", str(self.config_file)]

    def answers(self) -> bool:
        return self.get("/readyz")[0] == 200

    def get(self, path: str, accept: str = "*/*") -> tuple[int, str]:
        return fetch(f"http://127.0.0.1:{self.port}{path}", accept)

    def post(self, path: str) -> tuple[int, str]:
        return fetch(f"http://127.0.0.1:{self.port}{path}", method="POST")

    def signal(self, which: int) -> None:
        os.kill(self.pid, which)

    def metric(self, name: str, **labels: str) -> float | None:
        return sample(self.get("/metrics")[1], name, **labels)
