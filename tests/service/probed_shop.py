"""A shop to be probed: an HTTP server in this process whose mood a test can change, and what a
probe needs to walk through it."""

import http.server
import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import Server

SECRET = "hunter2-correct-horse-battery"

SCENARIO = """
name: shop
description: Lists things, reads one of them and orders it.
interval: 100ms
step_timeout: 2s
steps:
  - name: list
    http: {url: "${target.base}/things?customer=somebody@example.org"}
    expect: {status: 200}
    extract: {id: {json: /items, pick: random, item: /id}}
  - name: read
    http: {url: "${target.base}/things/${id}", headers: {authorization: "Bearer ${secret.token}"}}
    expect: {status: 200, json: [{pointer: /id, equals: "${id}"}]}
  - name: order
    http: {method: POST, url: "${target.base}/orders", json: {id: "${id}", key: "${uuid}"}}
    expect: {status: 201}
"""

OBJECTIVES = """
apiVersion: openslo/v1
kind: Service
metadata: {name: shop}
spec: {description: A shop.}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: shop-works, displayName: The shop works}
spec:
  description: Walks through the shop.
  service: shop
  indicator:
    metadata: {name: shop-walks}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'remora_probe_runs_total{job="remora-probe",scenario="shop",outcome="passed"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'remora_probe_runs_total{job="remora-probe",scenario="shop"}'}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: It works, target: 0.93}]
"""


class Shop:
    """`broken` is the share of reads that fail; `asked` are the paths, bodies and keys of requests."""

    def __init__(self) -> None:
        self.broken: float = 0
        self.silent = False
        self.orders: list[dict] = []
        self.paths: list[str] = []
        self._reads = 0
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(*shop.get(self.path, self.headers.get("authorization", "")))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                shop.orders.append(json.loads(body))
                self._answer(201, {"ok": True})

            def _answer(self, status: int, body: dict) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.send_header("Set-Cookie", "session=cookie-of-somebody")
                self.send_header("Server-Timing", "proxy;dur=0.2, app;dur=1")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_) -> None:
                pass

        class Listener(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

        self._server = Listener(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def get(self, path: str, authorization: str) -> tuple[int, dict]:
        self.paths.append(path)
        if "?" in path:
            return 200, {"items": [{"id": f"t{i}"} for i in range(50)]}
        self._reads += 1
        if int(self._reads * self.broken) > int((self._reads - 1) * self.broken):
            return 500, {"error": f"<b>refused</b> {authorization}"}
        return 200, {"id": path.rpartition("/")[2]}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def write_files(folder: Path, port: int, **more) -> Path:
    """Scenario, objectives, secret and a configuration, whose path is given."""
    (folder / "shop.yaml").write_text(SCENARIO)
    (folder / "slo.yaml").write_text(OBJECTIVES)
    (folder / "token").write_text(SECRET)
    config = {
        "scenarios": ["shop.yaml"],
        "targets": {"base": f"http://localhost:{port}"},
        "secrets": {"token": "file:token"},
        **more,
    }
    file = folder / "probe.yaml"
    file.write_text(json.dumps(config))
    return file


class Probe(Server):
    """The daemon; its port is that of the admin pages."""

    def __init__(self, directory: Path, program: Path, shop: Shop, spawner: ThreadPoolExecutor):
        super().__init__("probe", directory, 1, spawner)
        self._program = program
        self._shop = shop

    def command(self) -> list[str]:
        config = write_files(self.directory, self._shop.port,
                             admin={"listen": f"127.0.0.1:{self.port}"},
                             failures={"folder": "bundles", "keep_failures": 30})
        return [str(self._program / "remora-probe"), "serve", "--config", str(config)]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except OSError:
            return False
