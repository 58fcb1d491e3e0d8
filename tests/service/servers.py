"""Servers as children of a test: started, stopped, killed and frozen, each by its process ids."""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

_random = random.SystemRandom()  # a test that seeds `random` must not get the same ports each time


class Skip(Exception):
    """A reason why the test cannot run here; programs print it and exit 77."""


def wait_until(condition: Callable[[], object], seconds: float = 60, what: str = "it") -> None:
    """Polls until `condition()` is true; AssertionError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on, below the range that the kernel takes for outgoing
    connections: there, whoever connects to a server that is down could be connected to himself."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = _random.randrange(10240, first) if first > 11000 else 0
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return listener.getsockname()[1]


def can_bind(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def tool(name: str, *folders: Path) -> str:
    """Path of a program that Debian may keep out of PATH; Skip without it."""
    places = [*map(str, folders), os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"]
    found = shutil.which(name, path=os.pathsep.join(places))
    if not found:
        raise Skip(f"{name} is not installed")
    return found


class Server:
    """One child process. Its ports and data are chosen at the first start and stay the same over
    stop, kill and start. Not for several threads at once."""

    dies_by = "KILL"  # the signal it gets when the test is killed
    ends_by = signal.SIGTERM
    user: str | None = None  # another than ours

    def __init__(self, name: str, directory: Path, ports: int, spawner: ThreadPoolExecutor):
        self.name = name
        self.directory = directory
        self.ports = [0] * ports
        self.log_file = directory / f"{name}.log"
        self._spawner = spawner
        self._process: subprocess.Popen | None = None
        self._placed = False

    # What a kind of server says of itself.
    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def place(self) -> "Server":
        """Chooses its ports now, for others that must know them before it starts."""
        self.ports = [free_port() for _ in self.ports]
        self._placed = True
        return self

    def start(self, seconds: float = 60) -> "Server":
        """Returns when it answers; RuntimeError with the end of its log when it does not."""
        if self.running:
            raise RuntimeError(f"{self.name} runs already")
        for _ in range(5):
            if self._placed:
                wait_until(lambda: all(map(can_bind, self.ports)), 20, f"ports of {self.name}")
            else:
                self.ports = [free_port() for _ in self.ports]
            if self._launch(seconds):
                self._placed = True
                return self
        raise RuntimeError(f"{self.name} finds its port taken\n{self.log[-2000:]}")

    def stop(self, seconds: float = 30) -> int:
        """Asks it to end, waits, and returns its exit code (-9 if it had to be killed)."""
        if not self.running:
            return self._process.returncode if self._process else 0
        self.resume()
        self._process.send_signal(self.ends_by)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.returncode

    def terminate(self) -> None:
        """Asks it to end, and returns at once."""
        self._process.send_signal(self.ends_by)

    def ended(self, seconds: float = 60) -> int:
        """Waits for its end, and returns its exit code."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL to it and all its descendants, and waits until none is left."""
        if not self.running:
            return
        self._process.send_signal(signal.SIGSTOP)  # so that it makes no new ones meanwhile
        wait_until(lambda: _state(self.pid) in "TZ", 10, f"{self.name} stops")
        family = _family(self.pid)
        _signal_all(family, signal.SIGKILL)
        self._process.wait()
        wait_until(lambda: not any(_state(pid) not in "ZX" for pid in family), 30,
                   f"processes of {self.name} end")

    def pause(self) -> None:
        """Freezes it (SIGSTOP): connections stay, nothing is answered."""
        _signal_all(_family(self.pid), signal.SIGSTOP)

    def resume(self) -> None:
        _signal_all(_family(self.pid), signal.SIGCONT)

    # True: it answers. False: somebody has its port.
    def _launch(self, seconds: float) -> bool:
        begin = self.log_file.stat().st_size if self.log_file.exists() else 0
        command = ["setpriv", f"--pdeathsig={self.dies_by}", *self._identity(), "--",
                   *self.command()]
        with self.log_file.open("ab") as output:
            # The parent whose death counts is the thread that forks; this one outlives the servers.
            self._process = self._spawner.submit(
                subprocess.Popen, command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                cwd=self.directory).result()
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            if self.answers() and self.running:
                return True
            time.sleep(0.02)
        new = self.log_file.read_bytes()[begin:].decode(errors="replace")
        ended = not self.running
        self.kill()
        if ended and "address already in use" in new.lower():
            return False
        raise RuntimeError(f"{self.name} does not answer\n{new[-3000:]}")

    def _identity(self) -> list[str]:
        if self.user is None or os.geteuid() != 0:
            return []
        account = pwd.getpwnam(self.user)
        return [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


class Postgres(Server):
    """PostgreSQL with a cluster of its own; the owner `remora_owner` may do everything in it."""

    dies_by = "QUIT"  # SIGKILL would leave its children
    ends_by = signal.SIGINT  # "fast": SIGTERM waits for the last client
    user = "postgres"  # it refuses to run as root

    def __init__(self, directory: Path, password: str, spawner: ThreadPoolExecutor):
        super().__init__("postgres", directory, 1, spawner)
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self._programs = {name: tool(name, *reversed(versions))
                          for name in ("postgres", "initdb", "psql", "pg_isready")}
        self.password = password
        self.settings = {"unix_socket_directories": ""}
        self._initialise()

    def command(self) -> list[str]:
        place = ["-D", str(self.directory / "data"), "-h", "127.0.0.1", "-p", str(self.port)]
        settings = [word for setting in self.settings.items() for word in ("-c", "=".join(setting))]
        return [self._programs["postgres"], *place, *settings]

    def answers(self) -> bool:
        ready = [self._programs["pg_isready"], "-q", "-t", "2", "-h", "127.0.0.1"]
        return subprocess.run([*ready, "-p", str(self.port)], check=False).returncode == 0

    def url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/remora"

    def sql(self, query: str, database: str = "remora") -> list[tuple[str, ...]]:
        environment = os.environ | {"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "10"}
        done = subprocess.run(
            [self._programs["psql"], "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e",
             "-h", "127.0.0.1", "-p", str(self.port), "-U", "remora_owner", "-d", database,
             "-c", query],
            env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{query}\n{done.stderr}")
        rows = done.stdout.removesuffix("\n")
        return [tuple(row.split("\x1f")) for row in rows.split("\x1e")] if rows else []

    def _initialise(self) -> None:
        secret = self.directory / "initdb-password"
        secret.write_text(self.password)
        if os.geteuid() == 0:
            try:
                account = pwd.getpwnam(self.user)
            except KeyError as unknown:
                raise Skip("there is no user postgres to run PostgreSQL as") from unknown
            for path in (self.directory, secret):
                os.chown(path, account.pw_uid, account.pw_gid)
        done = subprocess.run(
            ["setpriv", *self._identity(), "--", self._programs["initdb"], "--no-sync",
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
             "--username=remora_owner", f"--pwfile={secret}", str(self.directory / "data")],
            cwd=self.directory, capture_output=True, text=True, check=False)
        secret.unlink()
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed\n{done.stdout}{done.stderr}")


class Redis(Server):
    """Redis as the queue needs it: on disk before it answers, and nothing is evicted."""

    def __init__(self, directory: Path, password: str, spawner: ThreadPoolExecutor):
        super().__init__("redis", directory, 1, spawner)
        self._server = tool("redis-server")
        self._client = tool("redis-cli")
        self.password = password
        self.settings = {"bind": "127.0.0.1", "dir": str(directory), "requirepass": password,
                         "appendonly": "yes", "appendfsync": "always", "save": "",
                         "maxmemory-policy": "noeviction"}

    def command(self) -> list[str]:
        settings = {"port": str(self.port)} | self.settings
        return [self._server, *(word for key, value in settings.items()
                                for word in (f"--{key}", value))]

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as redis:
                redis.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with redis.makefile("rb") as replies:
                    return [replies.readline(), replies.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def cli(self, *words: str) -> str:
        """What redis-cli prints, without the last newline; RuntimeError on an error reply."""
        done = subprocess.run(
            [self._client, "-e", "-h", "127.0.0.1", "-p", str(self.port), *words],
            env=os.environ | {"REDISCLI_AUTH": self.password}, capture_output=True, text=True,
            check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.removesuffix("\n")


def _stat(pid: int) -> list[str]:
    # The name in parentheses may hold spaces; what follows it is regular (proc(5), from `state`).
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["X", "0"]


def _state(pid: int) -> str:
    return _stat(pid)[0]


def _family(pid: int) -> list[int]:
    others = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {other: int(_stat(other)[1]) for other in others}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
