"""What the probe's rows share: a daemon with many scenarios, one-shot runs, and the server of known
delays (tests/bench/truth_server.cpp)."""

import json
import os
import subprocess
import urllib.request
from dataclasses import dataclass

from comparison import Setting
from load import LoadFailed
from processes import Cpu, Processes, Started, free_port
from programs import program

DAEMON = """\
service: bench
admin: {{listen: "127.0.0.1:{port}"}}
scenarios: [scenarios.yaml]
targets: {{base: "http://127.0.0.1:{target}"}}
drain: {{delay: 0s, grace: 1s}}
"""

SCENARIO = """\
name: {name}
interval: {interval}
max_running: 100000
sign: false
trace: false
steps:
  - {{name: get, http: {{url: "${{target.base}}{path}"}}}}
"""


def scenarios(count: int, interval: str, path: str = "/") -> str:
    """One YAML text of so many scenarios, each of one HTTP step."""
    return "---\n".join(SCENARIO.format(name=f"scenario-{i}", interval=interval, path=path)
                        for i in range(count))


def daemon(processes: Processes, setting: Setting, text: str, target: int) -> tuple[Started, int]:
    """A `remora-probe serve` on the core under measurement, and its admin port."""
    port = free_port()
    (setting.directory / "scenarios.yaml").write_text(text)
    config = setting.directory / "probe.yaml"
    config.write_text(DAEMON.format(port=port, target=target))
    command = [program("remora-probe"), "serve", "--config", str(config)]
    started = processes.start("probe", command, setting.cores.side)
    return started.wait_listening(port, 60), port


def truth_server(processes: Processes, setting: Setting) -> int:
    """Starts the server of known delays on the core of the load; its port."""
    port = free_port()
    command = [program("truth_server"), str(port)]
    processes.start("truth", command, setting.cores.load).wait_listening(port)
    return port


def ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.read().decode()


@dataclass(frozen=True)
class Ran:
    """What one `remora-probe run` said, and the CPU time that it took."""

    report: dict
    cpu: Cpu
    seconds: float

    def scenario(self, name: str) -> dict:
        return next(s for s in self.report["scenarios"] if s["name"] == name)


def run_probe(setting: Setting, text: str, target: int, *options: str,
              limit: float = 120) -> Ran:
    """One run of a scenario text on the core under measurement; failed runs do not count."""
    files = setting.directory / "run.yaml", setting.directory / "report.json"
    files[0].write_text(text)
    before = os.times()
    done = subprocess.run(
        [program("remora-probe"), "run", str(files[0]), "--json", str(files[1]),
         "--target", f"base=http://127.0.0.1:{target}", *options],
        capture_output=True, text=True, timeout=limit,
        preexec_fn=lambda: os.sched_setaffinity(0, {setting.cores.side}),
    )
    after = os.times()
    if done.returncode != 0:
        raise LoadFailed(f"exit code {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    cpu = Cpu(after.children_user - before.children_user,
              after.children_system - before.children_system)
    return Ran(json.loads(files[1].read_text()), cpu, after.elapsed - before.elapsed)
