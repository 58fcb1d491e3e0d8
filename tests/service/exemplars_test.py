#!/usr/bin/env python3
"""Every exemplar leads to a trace: a sidecar whose spans go to a backend that comes and goes, and a
Prometheus that scrapes it. What Prometheus stored as exemplars must be at the backend, and after
the backend's absence so must be every span.

The same with a real Jaeger as the backend, where it can be built. Exit codes: 0 all well, 1 not, 77
without Prometheus.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler

from servers import Skip, wait_until
from sidecars import Jaeger, Prometheus, SidecarTest, fetch, run_tests, serve

BUCKETS = "http_server_request_duration_seconds_bucket"


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: the second would wait for an acknowledgement

    def do_GET(self):
        if self.path.startswith("/slow"):
            time.sleep(0.03)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class ExemplarsTest(SidecarTest):
    def begin_with(self, endpoint: str, spool: bool = True) -> None:
        shop = serve(Shop)
        self.stack.callback(shop.shutdown)
        otlp = {"endpoint": endpoint, "interval": "50ms", "queue": 100}
        if spool:
            otlp["spool"] = {"directory": str(self.directory / "spool")}
        self.car = self.begin(self.sidecar({
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{shop.server_port}",
                         "routes": [{"route": "/fast/{id}"}, {"route": "/slow/{id}"}]}],
            "tracing": {"sample_ratio": 1},
            "otlp": otlp,
        }))
        try:
            prometheus = Prometheus(self.directory, self.car.port, self.spawner)
        except Skip as why:
            self.skipTest(str(why))
        self.prometheus = self.begin(prometheus)

    def begin_with_backend(self) -> None:
        self.sink = self.backend()
        self.begin_with(self.sink.url)

    def traffic(self, n: int) -> None:
        for i in range(n):
            self.car.ask(f"/{'slow' if i % 5 == 0 else 'fast'}/{i}")

    def exemplars(self) -> list[dict]:
        return self.prometheus.exemplars(BUCKETS)

    def check_exemplars(self) -> set[str]:
        """All that Prometheus has lead to the backend, from within their buckets."""
        found = self.exemplars()
        for exemplar in found:
            self.assertIn(exemplar["labels"]["trace_id"], self.sink.traces())
            self.assertLessEqual(float(exemplar["value"]), float(exemplar["le"]))
        return {exemplar["labels"]["trace_id"] for exemplar in found}

    def test_every_exemplar_leads_to_a_trace_and_no_span_is_lost(self) -> None:
        self.begin_with_backend()
        self.traffic(40)
        wait_until(lambda: self.sink.spans() == 40, what="40 spans at the backend")
        wait_until(self.exemplars, what="an exemplar in Prometheus")
        before = self.check_exemplars()

        self.sink.away = True
        self.traffic(200)
        wait_until(lambda: self.car.metric("remora_spans_spooled") == 200, what="the spool")
        self.prometheus.scraped_again()
        self.assertLessEqual(before, self.check_exemplars())
        self.assertEqual(self.sink.spans(), 40)

        self.sink.away = False
        wait_until(lambda: self.sink.spans() == 240, what="all spans at the backend")
        self.traffic(20)
        wait_until(lambda: self.sink.spans() == 260, what="new spans at the backend")
        wait_until(lambda: self.check_exemplars() - before, what="a newer exemplar")
        self.assertEqual(self.car.metric("remora_spans_dropped_total"), 0)
        self.assertNotIn("# {", fetch(f"http://127.0.0.1:{self.car.port}/metrics",
                                      "text/plain")[1])
        self.assertIn("# {trace_id=", self.car.openmetrics())

        last = self.assert_balanced_end(self.car, self.car.stop())
        self.assertEqual(last["spans_exported"], 260)

    def test_a_killed_sidecar_sends_what_it_had_spooled_after_its_restart(self) -> None:
        self.begin_with_backend()
        self.sink.away = True
        self.traffic(30)
        wait_until(lambda: self.car.metric("remora_spans_spooled") == 30, what="the spool")
        self.car.kill()
        self.car.start()
        self.assertEqual(self.car.metric("remora_spans_recovered_total"), 30)
        self.sink.away = False
        wait_until(lambda: len(self.sink.traces()) == 30, what="all traces at the backend")
        wait_until(lambda: self.car.metric("remora_spans_spooled") == 0, what="an empty spool")
        self.assertEqual(self.car.metric("remora_spans_exported_total"), 30)

    def test_every_exemplar_in_prometheus_is_found_in_jaeger(self) -> None:
        try:
            jaeger = self.begin(Jaeger(self.directory, self.spawner))
        except Skip as why:
            self.skipTest(str(why))
        self.begin_with(jaeger.otlp, spool=False)
        self.traffic(100)
        wait_until(lambda: self.car.metric("remora_spans_exported_total") == 100, what="the spans")
        wait_until(lambda: len({one["le"] for one in self.exemplars()}) > 1,
                   what="exemplars of more than one bucket")
        for exemplar in self.exemplars():
            trace = jaeger.trace(exemplar["labels"]["trace_id"])
            self.assertIsNotNone(trace, exemplar)
            self.assertIn(exemplar["labels"]["span_id"], [one["spanID"] for one in trace["spans"]])


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
