"""A sidecar with what stands around it, for tests of the service: the application (sidecar_app.py),
a backend for spans, a Prometheus, a Jaeger, a collector. All are private, on free ports."""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import ThreadingHTTPServer
from pathlib import Path

from servers import Server, Skip, tool, wait_until
from stack import ROOT, sample

sys.path.insert(0, str(ROOT / "tests/system"))
import otlp_sink  # noqa: E402  (it is found by the line above)


def fetch(url: str, accept: str = "*/*", method: str = "GET") -> tuple[int, str]:
    """Status 0 when nobody answers."""
    try:
        request = urllib.request.Request(url, headers={"Accept": accept}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def serve(handler) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def go_tool(name: str) -> str:
    """Path of a program that tools/ pins, built on first use; Skip where that cannot be."""
    done = subprocess.run([ROOT / "tools/install-go-tool", name], capture_output=True, text=True,
                          check=False)
    if done.returncode == 69:
        raise Skip(f"{name} cannot be built: {done.stderr.strip()[-200:]}")
    if done.returncode != 0:
        raise RuntimeError(f"tools/install-go-tool {name}: {done.stderr}")
    return str(ROOT / "build/tools/bin" / name)


class Backend:
    """An OTLP receiver that can be away (503), and remembers the traces it took."""

    def __init__(self):
        self.away = False
        self.seen = otlp_sink.Seen()
        outer = self

        class Handler(otlp_sink.handler(self.seen)):
            def do_POST(self):
                if not outer.away:
                    return super().do_POST()
                self.rfile.read(int(self.headers["content-length"]))
                return self.reply(503, b"", "text/plain")

        self.server = serve(Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def traces(self) -> set[str]:
        return set(self.seen.answer("/traces"))

    def spans(self) -> int:
        return sum(self.seen.answer("/services").values())


class Application(Server):
    """sidecar_app.py. Ports of its sidecar, once that has them: where it calls others, and where it
    sends its spans; without the latter it makes none."""

    def __init__(self, directory: Path, spawner: ThreadPoolExecutor, name: str = "application"):
        super().__init__(name, directory, 1, spawner)
        self.outbound = 0
        self.relay = 0

    def command(self) -> list[str]:
        program = Path(__file__).with_name("sidecar_app.py")
        return [sys.executable, str(program), str(self.port), str(self.outbound),
                str(self.relay)]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/count")[0] == 200

    def count(self, what: str = "requests") -> int:
        return json.loads(fetch(f"http://127.0.0.1:{self.port}/count")[1])[what]


class Sidecar(Server):
    """Every listener of `config` gets a port of its own; `at(name)` tells it, also of "relay"."""

    def __init__(self, directory: Path, program: Path, config: dict, spawner: ThreadPoolExecutor,
                 name: str = "sidecar"):
        self.config = config
        self.arguments: list[str] = []  # further ones of its command line
        self._listeners = [*config.get("inbound", []), *config.get("outbound", [])]
        self._names = [listener["name"] for listener in self._listeners]
        if "relay" in config:
            self._listeners.append(config["relay"])
            self._names.append("relay")
        super().__init__(name, directory, 1 + len(self._listeners), spawner)
        self._program = program

    def command(self) -> list[str]:
        self.config["admin"] = {"listen": f"127.0.0.1:{self.port}"}
        for listener, port in zip(self._listeners, self.ports[1:]):
            listener["listen"] = f"127.0.0.1:{port}"
        path = self.directory / f"{self.name}.yaml"
        path.write_text(json.dumps(self.config))
        return [str(self._program), "--config", str(path), *self.arguments]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/readyz")[0] == 200

    def at(self, listener: str) -> int:
        return self.ports[1 + self._names.index(listener)]

    def metrics(self) -> str:
        status, text = fetch(f"http://127.0.0.1:{self.port}/metrics")
        if status != 200:
            raise AssertionError(f"/metrics of {self.name} answers {status}")
        return text

    def metric(self, name: str, **labels: str) -> float:
        return sample(self.metrics(), name, **labels) or 0

    def openmetrics(self) -> str:
        return fetch(f"http://127.0.0.1:{self.port}/metrics", "application/openmetrics-text")[1]

    def ask(self, path: str) -> None:
        """Through the first listener; the answer must be 200."""
        status, _ = fetch(f"http://127.0.0.1:{self.ports[1]}{path}")
        if status != 200:
            raise AssertionError(f"{path} answers {status}")

    def last_line(self) -> dict:
        """The books that it closes at its end."""
        return json.loads(self.log.splitlines()[-1])


class Prometheus(Server):
    """Scrapes one target every second."""

    def __init__(self, directory: Path, scraped: int, spawner: ThreadPoolExecutor):
        super().__init__("prometheus", directory, 1, spawner)
        self._program = tool("prometheus")
        self._scraped = scraped

    def command(self) -> list[str]:
        path = self.directory / "prometheus.yaml"
        path.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "sidecar", "static_configs": [
                {"targets": [f"127.0.0.1:{self._scraped}"]}]}],
        }))
        return [self._program, f"--config.file={path}",
                f"--storage.tsdb.path={self.directory / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--enable-feature=exemplar-storage"]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/-/ready")[0] == 200

    def query(self, page: str, **parameters) -> list:
        text = urllib.parse.urlencode(parameters)
        status, body = fetch(f"http://127.0.0.1:{self.port}/api/v1/{page}?{text}")
        if status != 200:
            raise AssertionError(f"{page} answers {status} {body}")
        data = json.loads(body)["data"]
        return data["result"] if isinstance(data, dict) else data

    def scraped_again(self) -> None:
        """Returns when a scrape that began after now has been stored."""
        start = time.time()
        # timestamp() tells the time of a sample only where it is given a plain selector.
        wait_until(lambda: any(float(one["value"][1]) > start for one in
                               self.query("query", query="timestamp(up) and up == 1")),
                   what="a scrape")

    def exemplars(self, query: str) -> list[dict]:
        now = time.time()
        series = self.query("query_exemplars", query=query, start=now - 3600, end=now + 60)
        return [exemplar | {"le": one["seriesLabels"]["le"]}
                for one in series for exemplar in one["exemplars"]]


class Jaeger(Server):
    """All in one, traces in memory. Ports: of its queries, OTLP over HTTP, its admin pages."""

    def __init__(self, directory: Path, spawner: ThreadPoolExecutor):
        super().__init__("jaeger", directory, 3, spawner)
        self._program = go_tool("jaeger")

    @property
    def otlp(self) -> str:
        return f"http://127.0.0.1:{self.ports[1]}"

    def command(self) -> list[str]:
        listens = {"query.http-server": self.port, "collector.otlp.http": self.ports[1],
                   "admin.http": self.ports[2], "collector.grpc-server": 0,
                   "collector.http-server": 0, "collector.otlp.grpc": 0, "query.grpc-server": 0}
        return [self._program, *(f"--{name}.host-port=127.0.0.1:{port}"
                                 for name, port in listens.items()), "--memory.max-traces=50000"]

    def answers(self) -> bool:
        return (fetch(f"http://127.0.0.1:{self.ports[2]}/")[0] == 200
                and fetch(f"http://127.0.0.1:{self.port}/api/services")[0] == 200)

    def trace(self, trace_id: str) -> dict | None:
        status, body = fetch(f"http://127.0.0.1:{self.port}/api/traces/{trace_id}")
        return json.loads(body)["data"][0] if status == 200 else None

    def traces(self, service: str) -> list[dict]:
        url = f"http://127.0.0.1:{self.port}/api/traces?service={service}&limit=1000"
        return json.loads(fetch(url)[1])["data"]


class Collector(Server):
    """An OpenTelemetry collector; `config(ports)` makes its configuration."""

    def __init__(self, directory: Path, config, ports: int, spawner: ThreadPoolExecutor):
        super().__init__("collector", directory, ports, spawner)
        self._program = go_tool("otel-collector")
        self._config = config

    def command(self) -> list[str]:
        path = self.directory / "collector.yaml"
        path.write_text(json.dumps(self._config(self.ports)))
        return [self._program, "--config", str(path)]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/v1/traces")[0] == 405


class SidecarTest(unittest.TestCase):
    """What every test of a sidecar has: its directory, its servers, all gone at its end."""

    programs: Path

    def setUp(self) -> None:
        self.stack = self.enterContext(ExitStack())
        self.directory = Path(self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix="remora-", ignore_cleanup_errors=True)))
        self.spawner = self.stack.enter_context(ThreadPoolExecutor(1))

    def begin(self, server: Server) -> Server:
        self.stack.callback(server.kill)
        return server.start()

    def application(self, name: str = "application") -> Application:
        """Has its port, and is not started."""
        return Application(self.directory, self.spawner, name).place()

    def sidecar(self, config: dict, name: str = "sidecar") -> Sidecar:
        """Has its ports, and is not started."""
        program = self.directory / "remora-sidecar"
        if not program.exists():  # a build beside a running test must not exchange it
            shutil.copy2(self.programs / "remora-sidecar", program)
        return Sidecar(self.directory, program, {"service": "shop"} | config, self.spawner,
                       name).place()

    def backend(self) -> Backend:
        backend = Backend()
        self.stack.callback(backend.server.shutdown)
        return backend

    def assert_balanced_end(self, sidecar: Sidecar, code: int) -> dict:
        """It ended well, and with balanced books; which are returned."""
        self.assertEqual(code, 0, sidecar.log[-2000:])
        last = sidecar.last_line()
        self.assertEqual(last["body"], "stopped")
        self.assertTrue(last["requests_balanced"], last)
        self.assertTrue(last["spans_balanced"], last)
        self.assertEqual(last["requests_cut_off"], 0, last)
        return last


def ledger(text: str) -> dict[str, float]:
    """The account of spans in the text of /metrics."""
    names = {"received": "_received_total", "recovered": "_recovered_total",
             "exported": "_exported_total", "dropped": "_dropped_total", "queued": "_queued",
             "spooled": "_spooled"}
    return {name: sample(text, f"remora_spans{suffix}") or 0 for name, suffix in names.items()}


def is_balanced(account: dict[str, float]) -> bool:
    return account["received"] + account["recovered"] == (
        account["exported"] + account["dropped"] + account["queued"] + account["spooled"])


def run_tests(module: str, description: str, parser=None) -> int:
    """What a test program does: 0 all well, 1 not, 77 when all was skipped."""
    parser = parser or argparse.ArgumentParser(description=description.partition("\n\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/bin")
    parser.add_argument("names", nargs="*", help="only tests that have one of these in their names")
    given = parser.parse_args()
    SidecarTest.programs = given.programs.resolve()
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in given.names] or None
    result = unittest.TextTestRunner(verbosity=2).run(
        loader.loadTestsFromModule(sys.modules[module]))
    for _, why in result.skipped:
        print(f"skipped: {why}")
    if not result.wasSuccessful():
        return 1
    return 77 if result.testsRun and len(result.skipped) == result.testsRun else 0
