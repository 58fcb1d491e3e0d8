"""Large bodies: CPU time for each megabyte that goes through, and what it does to memory."""

import urllib.request
from dataclasses import dataclass

from comparison import Measurement, Setting
from load import Load, run_load
from nginx import nginx
from processes import Processes, Started, cpu_of, memory_of
from programs import program
from proxied import Place

MB = 1_000_000
GROWN = "MB grown"


@dataclass(frozen=True)
class Bodies:
    """Bodies of `size` MB, to the client or from it; a few connections carry them in turn."""

    size: int
    upload: bool

    @property
    def load(self) -> Load:
        connections = 16 if self.size < 10 else 2
        if self.upload:
            return Load("/", connections, method="POST", body="x" * (self.size * MB))
        return Load("/body", connections)

    def upstream(self, processes: Processes, place: Place) -> Started:
        if self.upload:
            return processes.start("sink", [program("upload_sink"), str(place.port)], place.core)
        with (place.directory / "body").open("wb") as body:
            body.truncate(self.size * MB)
        config = f"sendfile on; server {{ listen 127.0.0.1:{place.port}; root {place.directory}; }}"
        return nginx(processes, place, "files", config)

    def __call__(self, started: Started, place: Place, setting: Setting) -> Measurement:
        core, directory = setting.cores.load, setting.directory
        resident = memory_of(started.pid, "VmRSS")
        run_load(self.load, place.port, setting.warm_up, core, directory)
        before, passed = cpu_of(started.pid), self.received(place)
        counted = run_load(self.load, place.port, setting.seconds, core, directory)
        cpu = cpu_of(started.pid) - before
        done = ((self.received(place) - passed) if self.upload else counted.bytes) / MB
        grown = (memory_of(started.pid, "VmHWM") - resident) / 1024
        return Measurement(cpu, round(done), done / counted.seconds, {GROWN: grown})

    def received(self, place: Place) -> int:
        """Bytes of bodies that have reached the upstream: wrk does not know what it sent."""
        if not self.upload:
            return 0
        with urllib.request.urlopen(f"http://127.0.0.1:{place.upstream}/received") as answer:
            return int(answer.read())
