"""What a check over /probe costs: our stand-in beside blackbox_exporter, both with one module file
and before the same server, a new connection a check."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from comparison import Comparison, Measurement, Row, Setting, Side, Sides
from load import Load, LoadFailed
from nginx import nginx, tls_server_config, upstream_config
from open_loop import Arrivals, measure
from processes import Cpu, Processes, Started, free_port
from programs import program
from proxied import Place, Starter, measure_load, started_anew
from secured import issue

REAL = "prometheus-blackbox-exporter"
CONNECTIONS = 16  # scrapes under way


@dataclass(frozen=True)
class Exporter:
    """Starts one of the two; they take the same flags and the same file, and may use all cores."""

    words: tuple[str, ...]

    def __call__(self, processes: Processes, place: Place) -> Started:
        config = place.directory / "blackbox.yml"
        certificate = place.directory / "certificate.pem"
        module: dict = {"prober": "http"}  # as in the file that comes with it
        if certificate.exists():
            module["http"] = {"tls_config": {"ca_file": str(certificate)}}
        config.write_text(json.dumps({"modules": {"http_2xx": module}}))
        # Go takes as many threads as there are cores: as it runs where nobody holds it to one.
        command = ["taskset", "-c", f"0-{os.cpu_count() - 1}", *self.words,
                   f"--config.file={config}",
                   f"--web.listen-address=127.0.0.1:{place.port}", "--log.level=error"]
        return processes.start(Path(self.words[0]).name, command, place.core)


def ours() -> Exporter:
    return Exporter((program("remora-probe"), "serve"))


def real() -> Exporter:
    found = shutil.which(REAL)
    if not found:
        raise RuntimeError(f"{REAL} is not installed (tools/debian-bench.txt)")
    return Exporter((found,))


def plain(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "target", upstream_config(place))


def secure(processes: Processes, place: Place) -> Started:
    certificate, key = place.directory / "certificate.pem", place.directory / "key.pem"
    return nginx(processes, place, "target", tls_server_config(place, certificate, key))


def check_once(place: Place, path: str) -> None:
    """A run whose probes fail would be measured as well, and be cheap."""
    done = subprocess.run(["curl", "-sg", f"http://127.0.0.1:{place.port}{path}"],
                          capture_output=True, text=True, timeout=20)
    if "\nprobe_success 1\n" not in done.stdout:
        raise LoadFailed(f"the probe does not succeed: {done.stdout[-600:]}{done.stderr}")


@dataclass(frozen=True)
class Checks:
    """What a `Comparison` opens. `rate` 0: as many as it answers, else an open loop."""

    scheme: str = "http"
    rate: float = 0

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        if self.scheme == "https":
            issue(setting.directory)
        yield Sides(self.side(ours(), setting), self.side(real(), setting))

    def side(self, exporter: Starter, setting: Setting) -> Side:
        target = secure if self.scheme == "https" else plain
        return lambda: started_anew(exporter, target, self.measuring, setting)

    def measuring(self, started: Started, place: Place, setting: Setting) -> Measurement:
        target = quote(f"{self.scheme}://127.0.0.1:{place.upstream}/", safe="")
        path = f"/probe?module=http_2xx&target={target}"
        check_once(place, path)
        if self.rate:
            found = measure(started.pid, Arrivals(path, self.rate, CONNECTIONS), place.port,
                            setting)
        else:
            load = Load(path, connections=CONNECTIONS)
            found = measure_load(started.pid, load, place.port, setting)
        check_once(place, path)
        return found


@dataclass(frozen=True)
class Handshakes:
    """The same HTTPS checks beside `openssl s_time -new`, which verifies and handshakes in full."""

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        certificate, _ = issue(setting.directory)
        checks = Checks("https")
        yield Sides(checks.side(ours(), setting), lambda: self.measure(certificate, setting))

    def measure(self, certificate: Path, setting: Setting) -> Measurement:
        with Processes(setting.directory) as processes:
            place = Place(free_port(), 0, setting.directory, setting.cores.load)
            secure(processes, place).wait_listening(place.port)
            return s_time(certificate, place.port, setting)


def s_time(certificate: Path, port: int, setting: Setting) -> Measurement:
    """It asks for / over each connection, as a check does."""
    command = ["openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-new", "-www", "/",
               "-CAfile", str(certificate), "-verify", "3", "-time",
               str(max(2, round(setting.seconds)))]
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, timeout=setting.seconds + 30,
                          preexec_fn=lambda: os.sched_setaffinity(0, {setting.cores.side}))
    after = os.times()
    counted = [line for line in done.stdout.splitlines() if "connections in" in line]
    if done.returncode != 0 or not counted:
        raise LoadFailed(f"openssl s_time: {done.stderr[-300:]}")
    connections = int(counted[-1].split()[0])
    cpu = Cpu(after.children_user - before.children_user,
              after.children_system - before.children_system)
    return Measurement(cpu, connections, connections / (after.elapsed - before.elapsed))


def total(m: Measurement) -> float:
    return m.us_per_request(m.cpu.total)


CONDITIONS = "one target, 140-byte answers, a new connection a check; each may use all cores"
SCRAPES = f"{CONNECTIONS} scrapes under way over keep-alive connections"
COMPARISONS = [
    Comparison(
        open=Checks(),
        peer_name=REAL,
        rows=(Row("CPU per HTTP check over /probe, saturated", "µs", 0.12, total),),
        note=f"{CONDITIONS}; {SCRAPES}",
    ),
    Comparison(
        open=Checks(rate=1000),
        peer_name=REAL,
        rows=(Row("CPU per HTTP check over /probe at 1,000/s", "µs", 0.20, total),),
        seconds=6,
        note=f"{CONDITIONS}; open loop, independent arrivals",
    ),
    Comparison(
        open=Checks("https"),
        peer_name=REAL,
        rows=(Row("CPU per HTTPS check over /probe, saturated", "µs", 0.65, total),),
        note=f"{CONDITIONS}; {SCRAPES}; full handshakes that verify, an ECDSA certificate",
    ),
    Comparison(
        open=Handshakes(),
        peer_name="openssl s_time",
        rows=(Row("CPU per HTTPS check / connection of openssl s_time -new", "µs", 1.15, total),),
        seconds=8,
        note=f"{CONDITIONS}; ours answers {SCRAPES}, s_time makes one connection after the other",
    ),
]
