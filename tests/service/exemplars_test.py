#!/usr/bin/env python3
"""Every exemplar leads to a trace: a sidecar whose spans go to a backend that comes and goes, and a
Prometheus that scrapes it. What Prometheus stored as exemplars must be at the backend, and after
the backend's absence so must be every span.

Exit codes: 0 all well, 1 not, 77 without Prometheus.
"""

import argparse
import json
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from servers import Server, Skip, tool, wait_until
from stack import ROOT, sample

sys.path.insert(0, str(ROOT / "tests/system"))
import otlp_sink  # noqa: E402  (it is found by the line above)

BUCKETS = "http_server_request_duration_seconds_bucket"


def fetch(url: str, accept: str = "*/*") -> tuple[int, str]:
    """Status 0 when nobody answers."""
    try:
        request = urllib.request.Request(url, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


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


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/slow"):
            time.sleep(0.03)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def serve(handler) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Sidecar(Server):
    """Ports: of the admin pages, and in front of the application."""

    def __init__(self, directory: Path, program: Path, config: dict, spawner: ThreadPoolExecutor):
        super().__init__("sidecar", directory, 2, spawner)
        self._program = program
        self._config = config

    def command(self) -> list[str]:
        self._config["admin"] = {"listen": f"127.0.0.1:{self.port}"}
        self._config["inbound"][0]["listen"] = f"127.0.0.1:{self.ports[1]}"
        path = self.directory / "sidecar.yaml"
        path.write_text(json.dumps(self._config))
        return [str(self._program), "--config", str(path)]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/readyz")[0] == 200

    def metric(self, name: str, **labels: str) -> float:
        text = fetch(f"http://127.0.0.1:{self.port}/metrics")[1]
        return sample(text, name, **labels) or 0

    def openmetrics(self) -> str:
        return fetch(f"http://127.0.0.1:{self.port}/metrics", "application/openmetrics-text")[1]

    def ask(self, path: str) -> None:
        status, _ = fetch(f"http://127.0.0.1:{self.ports[1]}{path}")
        if status != 200:
            raise AssertionError(f"{path} answers {status}")


class Prometheus(Server):
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

    def exemplars(self) -> list[dict]:
        now = time.time()
        series = self.query("query_exemplars", query=BUCKETS, start=now - 3600, end=now + 60)
        return [exemplar | {"le": one["seriesLabels"]["le"]}
                for one in series for exemplar in one["exemplars"]]


class ExemplarsTest(unittest.TestCase):
    programs: Path

    def setUp(self) -> None:
        stack = self.enterContext(ExitStack())
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="remora-")))
        spawner = stack.enter_context(ThreadPoolExecutor(1))
        self.backend = Backend()
        stack.callback(self.backend.server.shutdown)
        application = serve(Application)
        stack.callback(application.shutdown)
        routes = [{"route": "/fast/{id}"}, {"route": "/slow/{id}"}]
        self.sidecar = Sidecar(directory, self.programs / "remora-sidecar", {
            "service": "shop",
            "inbound": [{"name": "in", "listen": "", "routes": routes,
                         "upstream": f"127.0.0.1:{application.server_port}"}],
            "tracing": {"sample_ratio": 1},
            "otlp": {"endpoint": self.backend.url, "interval": "50ms", "queue": 100,
                     "spool": {"directory": str(directory / "spool")}},
        }, spawner)
        stack.callback(self.sidecar.stop)
        self.sidecar.start()
        self.prometheus = Prometheus(directory, self.sidecar.port, spawner)
        stack.callback(self.prometheus.kill)
        self.prometheus.start()

    def traffic(self, n: int) -> None:
        for i in range(n):
            self.sidecar.ask(f"/{'slow' if i % 5 == 0 else 'fast'}/{i}")

    def scraped_again(self) -> None:
        """A scrape that begins after now has been stored."""
        start = time.time()
        wait_until(lambda: any(float(s["value"][0]) > start and float(s["value"][1]) > start
                               for s in self.prometheus.query("query", query='timestamp(up == 1)')),
                   what="a scrape")

    def check_exemplars(self) -> set[str]:
        """All that Prometheus has lead to the backend, from within their buckets."""
        found = self.prometheus.exemplars()
        for exemplar in found:
            self.assertIn(exemplar["labels"]["trace_id"], self.backend.traces())
            self.assertLessEqual(float(exemplar["value"]), float(exemplar["le"]))
        return {exemplar["labels"]["trace_id"] for exemplar in found}

    def test_every_exemplar_leads_to_a_trace_and_no_span_is_lost(self) -> None:
        self.traffic(40)
        wait_until(lambda: self.backend.spans() == 40, what="40 spans at the backend")
        wait_until(self.prometheus.exemplars, what="an exemplar in Prometheus")
        before = self.check_exemplars()

        self.backend.away = True
        self.traffic(200)
        wait_until(lambda: self.sidecar.metric("remora_spans_spooled") == 200, what="the spool")
        self.scraped_again()
        self.assertLessEqual(before, self.check_exemplars())
        self.assertEqual(self.backend.spans(), 40)

        self.backend.away = False
        wait_until(lambda: self.backend.spans() == 240, what="all spans at the backend")
        self.traffic(20)
        wait_until(lambda: self.backend.spans() == 260, what="new spans at the backend")
        wait_until(lambda: self.check_exemplars() - before, what="a newer exemplar")
        self.assertEqual(self.sidecar.metric("remora_spans_dropped_total"), 0)
        self.assertNotIn("# {", fetch(f"http://127.0.0.1:{self.sidecar.port}/metrics",
                                      "text/plain")[1])
        self.assertIn("# {trace_id=", self.sidecar.openmetrics())

        self.assertEqual(self.sidecar.stop(), 0)
        last = json.loads(self.sidecar.log.splitlines()[-1])
        self.assertEqual(last["body"], "stopped")
        self.assertTrue(last["spans_balanced"])
        self.assertEqual(last["spans_exported"], 260)

    def test_a_killed_sidecar_sends_what_it_had_spooled_after_its_restart(self) -> None:
        self.backend.away = True
        self.traffic(30)
        wait_until(lambda: self.sidecar.metric("remora_spans_spooled") == 30, what="the spool")
        self.sidecar.kill()
        self.sidecar.start()
        self.assertEqual(self.sidecar.metric("remora_spans_recovered_total"), 30)
        self.backend.away = False
        wait_until(lambda: len(self.backend.traces()) == 30, what="all traces at the backend")
        wait_until(lambda: self.sidecar.metric("remora_spans_spooled") == 0, what="an empty spool")
        self.assertEqual(self.sidecar.metric("remora_spans_exported_total"), 30)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    given = parser.parse_args()
    ExemplarsTest.programs = given.programs.resolve()
    try:
        tool("prometheus")
    except Skip as why:
        print(f"skipped: {why}")
        return 77
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(ExemplarsTest)
    return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
