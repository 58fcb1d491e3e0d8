"""A private stack for tests of the service: PostgreSQL, Redis and the roles of remora-api, on free
ports of 127.0.0.1 and in a directory of its own. README.md says how to use it."""

import copy
import hashlib
import http.client
import json
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from servers import Postgres, Redis, Server, Skip, wait_until

__all__ = ["Skip", "Stack", "sample", "wait_until"]

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("scores", "worker", "securities")  # in the order that they are started


class Role(Server):
    """A role of remora-api. Ports: of the admin pages, and where it serves, of its API."""

    def __init__(self, name: str, directory: Path, program: Path, spawner: ThreadPoolExecutor):
        super().__init__(name, directory, 1 if name == "worker" else 2, spawner)
        self.config_file = directory / f"{name}.yaml"
        self.settings: dict = {}  # what the stack and its user ask for
        self._program = program

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.ports[1]}"

    def command(self) -> list[str]:
        config = copy.deepcopy(self.settings)
        config["admin"] = {"listen": f"127.0.0.1:{self.port}"} | config.get("admin", {})
        if len(self.ports) > 1:
            config["listen"] = f"127.0.0.1:{self.ports[1]}"
        self.config_file.write_text(json.dumps(config, indent=2))
        return [str(self._program), self.name, "--config", str(self.config_file)]

    def answers(self) -> bool:
        return self.get("/livez")[0] == 200 and all(map(_accepts, self.ports))

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an admin page; status 0 when nobody answers."""
        admin = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            admin.request("GET", path)
            answer = admin.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            admin.close()


class Stack:
    """Everything runs and is ready inside the `with` block, and is gone after it.

    `programs` holds the built remora-api; `securities` fills the database up to so many with
    generated ones; `options` are further members of the roles' configurations, merged into ours
    (None takes a member away), and under "postgres" and "redis" further settings of those servers.
    """

    def __init__(self, programs: Path = Path("build/bin"), securities: int = 0,
                 options: dict[str, dict] | None = None):
        unknown = set(options or {}) - {*ROLES, "postgres", "redis"}
        if unknown:
            raise ValueError(f"no such servers: {', '.join(sorted(unknown))}")
        self._programs = Path(programs).resolve()
        self._count = securities
        self._options = options or {}
        self._end = ExitStack()
        self._passwords = {name: secrets.token_hex(16)
                           for name in ("owner", "reader", "scores", "worker", "redis")}
        self.token = secrets.token_hex(16)
        self.read_token = secrets.token_hex(16)

    def __enter__(self) -> "Stack":
        with ExitStack() as undo:  # a stack that cannot start leaves nothing behind
            undo.callback(self._end.close)
            self._build()
            self._start()
            undo.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self._end.close()

    @property
    def base(self) -> str:
        return self.securities.base

    @property
    def scores_base(self) -> str:
        return self.scores.base

    @property
    def redis_port(self) -> int:
        return self.redis.port

    @property
    def redis_password(self) -> str:
        return self.redis.password

    def admin(self, role: str) -> str:
        return f"http://127.0.0.1:{self._roles[role].port}"

    def metrics(self, role: str) -> str:
        """The text of the role's /metrics."""
        status, text = self._roles[role].get("/metrics")
        if status != 200:
            raise RuntimeError(f"/metrics of {role} answers {status}")
        return text

    def sql(self, query: str) -> list[tuple[str, ...]]:
        return self.postgres.sql(query)

    def redis_cli(self, *words: str) -> str:
        return self.redis.cli(*words)

    def log(self, role: str) -> str:
        """Of a role, or of "postgres" or "redis"."""
        return getattr(self, role).log

    def write_tokens(self, scopes: dict[str, str]) -> None:
        """Replaces the tokens file at once; for example {stack.token: "read,write"}."""
        lines = [f"{hashlib.sha256(token.encode()).hexdigest()} {scope} test-{n}\n"
                 for n, (token, scope) in enumerate(scopes.items())]
        fresh = self.tokens_file.with_suffix(".new")
        fresh.write_text("".join(lines))
        fresh.rename(self.tokens_file)

    def run(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess:
        """Runs `remora-api WORDS…` to its end, with its output as text."""
        return subprocess.run([str(self.program), *words], cwd=self.directory, timeout=seconds,
                              capture_output=True, text=True, check=False)

    def _build(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="remora-service-"))
        self._end.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.directory.chmod(0o755)  # PostgreSQL's user looks for its folder in it
        # A build beside a running test must not exchange the program under it.
        self.program = Path(shutil.copy2(self._programs / "remora-api", self.directory))
        spawner = self._end.enter_context(ThreadPoolExecutor(1))
        self.postgres = Postgres(self._folder("postgres"), self._passwords["owner"], spawner)
        self.redis = Redis(self._folder("redis"), self._passwords["redis"], spawner)
        self.tokens_file = self.directory / "tokens"
        self.write_tokens({self.token: "read,write", self.read_token: "read"})
        self._roles = {name: Role(name, self.directory, self.program, spawner) for name in ROLES}
        self.scores, self.worker, self.securities = (self._roles[name] for name in ROLES)

    def _start(self) -> None:
        for server in (self.postgres, self.redis):
            server.settings |= self._options.get(server.name, {})
            self._end.callback(server.kill)
            server.start()
        self._migrate()
        for name, role in self._roles.items():
            role.settings = _merged(self._settings(name), self._options.get(name, {}))
            self._end.callback(role.stop)
            role.start()
        roles = list(self._roles.values())
        wait_until(lambda: all(role.ready() for role in roles), what="all roles are ready")

    def _migrate(self) -> None:
        self.postgres.sql("create database remora", database="postgres")
        config = self.directory / "migrate.yaml"
        config.write_text(json.dumps({
            "postgres": self._database("remora_owner", "owner", 1),
            "roles": {f"remora_{role}": self._secret(role)
                      for role in ("reader", "scores", "worker")},
        }))
        generated = ["--securities", str(self._count)] if self._count else []
        done = self.run("migrate", "--config", str(config), "--seed",
                        str(ROOT / "api/data/securities.csv"), *generated, seconds=600)
        if done.returncode != 0:
            raise RuntimeError(f"remora-api migrate failed\n{done.stdout}{done.stderr}")

    def _settings(self, role: str) -> dict:
        redis = {"address": f"127.0.0.1:{self.redis.port}", "password": self._secret("redis")}
        drain = {"drain": {"delay": "0s", "grace": "10s"}}
        if role == "scores":
            return {"postgres": self._database("remora_scores", "scores", 4)} | drain
        if role == "worker":
            return {"postgres": self._database("remora_worker", "worker", 2), "redis": redis,
                    "delivery": {"consumer": "service-test"}} | drain
        return {"postgres": self._database("remora_reader", "reader", 4), "redis": redis,
                "scores": {"url": self.scores.base},
                "tokens": {"file": str(self.tokens_file)}} | drain

    def _database(self, role: str, name: str, pool: int) -> dict:
        url = self._file(f"{name}.url", self.postgres.url(role, self._passwords[name]))
        return {"url": url, "pool": pool}

    def _secret(self, name: str) -> str:
        return self._file(f"{name}.password", self._passwords[name])

    def _file(self, name: str, text: str) -> str:
        path = self.directory / name
        path.touch(0o600)
        path.write_text(text)
        return f"file:{path}"

    def _folder(self, name: str) -> Path:
        path = self.directory / name
        path.mkdir()
        return path


def sample(text: str, name: str, **labels: str) -> float | None:
    """The sum of a metric's series that carry these labels, in the text of /metrics; None when
    there is no such series."""
    found = None
    for line in text.splitlines():
        series = re.match(r"([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)", line)
        if not series or series[1] != name:
            continue
        has = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', series[2] or ""))
        if labels.items() <= has.items():
            found = (found or 0.0) + float(series[3])
    return found


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _merged(base: dict, more: dict) -> dict:
    out = dict(base)
    for key, value in more.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = _merged(out[key], value)
        else:
            out[key] = value
    return out
