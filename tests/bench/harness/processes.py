"""Processes under measurement: pinned to a core, accounted for, ended by their ids."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpu:
    """CPU time in seconds, apart for user and system."""

    user: float
    system: float

    @property
    def total(self) -> float:
        return self.user + self.system

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(self.user - other.user, self.system - other.system)


@dataclass(frozen=True)
class Started:
    name: str
    process: subprocess.Popen
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_listening(self, port: int, seconds: float = 10) -> "Started":
        """Returns itself as soon as `port` accepts; raises with the end of the log otherwise."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return self
            time.sleep(0.02)
        end_of_log = self.log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} does not listen on port {port}\n{end_of_log}")


class Processes:
    """What one measurement starts; leaving the `with` block ends it all, newest first."""

    def __init__(self, directory: Path):
        self.directory = directory
        self._running: list[subprocess.Popen] = []

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self._running):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, command: list[str], core: int) -> "Started":
        log = self.directory / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=lambda: _before_exec(core),
            )
        self._running.append(process)
        return Started(name, process, log)


def _before_exec(core: int) -> None:
    os.sched_setaffinity(0, {core})
    # A harness that is killed takes its children with it.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def pin(pid: int, *cores: int) -> None:
    """Moves the process, its descendants and all their threads; what they start follows them."""
    for member in _with_descendants(pid):
        with suppress(OSError):  # it ended while we looked
            for thread in Path(f"/proc/{member}/task").iterdir():
                os.sched_setaffinity(int(thread.name), cores)
    if os.sched_getaffinity(pid) != set(cores):
        raise RuntimeError(f"process {pid} cannot be moved to {cores}")


def cpu_of(pid: int) -> Cpu:
    """CPU time that the process and its descendants, ended ones too, have used so far."""
    user = system = 0
    for member in _with_descendants(pid):
        fields = _stat_fields(member)
        user += int(fields[11]) + int(fields[13])
        system += int(fields[12]) + int(fields[14])
    return Cpu(user / TICKS_PER_SECOND, system / TICKS_PER_SECOND)


def memory_of(pid: int, key: str) -> float:
    """Kilobytes of the process and its descendants: `VmRSS`, `VmHWM` (the most so far), `RssAnon`.
    What they share is counted once for each."""
    return sum(_status(member, key) for member in _with_descendants(pid))


def _status(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return float(value.split()[0])
    raise RuntimeError(f"/proc/{pid}/status has no {key}")


def allow_many_descriptors() -> int:
    """Raises the limit of this process and of what it starts to what is allowed, and says it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def _stat_fields(pid: int) -> list[str]:
    # The name in parentheses may hold spaces; what follows it is regular (proc(5), from `state`).
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _with_descendants(pid: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat_fields(int(entry.name))[1])
            except OSError:
                continue  # it ended while we looked
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def free_port() -> int:
    """A port that the kernel gave us a moment ago; nobody else is told of it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
