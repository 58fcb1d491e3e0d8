#!/usr/bin/env python3
"""The sidecar and other people's programs: an OpenTelemetry collector sends to the relay and
receives from it, in every encoding; a Jaeger shows the sidecar's span and the application's in one
trace.

Exit codes: 0 all well, 1 not, 77 where neither can be built (tools/install-go-tool).
"""

import gzip
import json
import secrets
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler

from servers import Skip, wait_until
from sidecars import Collector, Jaeger, SidecarTest, run_tests, serve

SPANS = 300


class JsonSink:
    """Takes what a collector's exporter sends as JSON, and keeps all of it."""

    def __init__(self):
        self.requests: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                outer.requests.append(json.loads(body))
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = serve(Handler)

    def spans(self) -> dict[str, dict]:
        """By id, each with the attributes of its resource and the name of its scope."""
        found = {}
        for request in list(self.requests):
            for resource in request["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    for span in scope["spans"]:
                        found[span["spanId"]] = span | {
                            "resource": attributes(resource["resource"]),
                            "scope": scope.get("scope", {}).get("name", "")}
        return found


def attributes(of: dict) -> dict:
    return {one["key"]: one["value"] for one in of.get("attributes", [])}


def made_span(n: int) -> dict:
    """With every kind of attribute, an event, a link and a status."""
    began = time.time_ns()
    values = {"text": {"stringValue": f"ñandú {n}"}, "whole": {"intValue": str(n * 2**40)},
              "real": {"doubleValue": n + 0.5}, "yes": {"boolValue": True},
              "bytes": {"bytesValue": "AAEC"},
              "list": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "b"}]}},
              "map": {"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": True}}]}}}
    return {"traceId": secrets.token_hex(16), "spanId": secrets.token_hex(8),
            "parentSpanId": secrets.token_hex(8), "name": f"span {n}", "kind": 3,
            "startTimeUnixNano": str(began), "endTimeUnixNano": str(began + 1_000_000),
            "attributes": [{"key": key, "value": value} for key, value in values.items()],
            "events": [{"timeUnixNano": str(began), "name": "happened"}],
            "links": [{"traceId": secrets.token_hex(16), "spanId": secrets.token_hex(8)}],
            "status": {"code": 2, "message": "no"}}


class SidecarPeersTest(SidecarTest):
    def peer(self, make):
        try:
            return make().place()
        except Skip as why:
            return self.skipTest(str(why))

    def through(self, encoding: str, compression: str, onward: str) -> None:
        """collector → relay (in this encoding) → collector (onward so) → sink: all as it was sent."""
        sink = JsonSink()
        self.stack.callback(sink.server.shutdown)
        app = self.application()

        def config(ports: list[int]) -> dict:
            def receiver(port):
                return {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}}

            def exporter(port, **more):
                return {"endpoint": f"http://127.0.0.1:{port}",
                        "sending_queue": {"queue_size": 10000, "num_consumers": 1}} | more
            return {
                "receivers": {"otlp/in": receiver(ports[0]), "otlp/back": receiver(ports[1])},
                "exporters": {
                    "otlphttp/relay": exporter(car.at("relay"), encoding=encoding,
                                               compression=compression),
                    "otlphttp/sink": exporter(sink.server.server_port, encoding="json",
                                              compression="none")},
                "service": {
                    "pipelines": {
                        "traces/in": {"receivers": ["otlp/in"], "exporters": ["otlphttp/relay"]},
                        "traces/back": {"receivers": ["otlp/back"],
                                        "exporters": ["otlphttp/sink"]}},
                    "telemetry": {"metrics": {"level": "none"}, "logs": {"level": "warn"}}}}

        collector = self.peer(lambda: Collector(self.directory, config, 2, self.spawner))
        car = self.sidecar({
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{app.port}"}],
            "relay": {"listen": "", "resource": {"k8s.pod.name": "shop-1"}},
            "otlp": {"endpoint": f"http://127.0.0.1:{collector.ports[1]}", "interval": "50ms",
                     "compression": onward}})
        self.begin(car)
        self.begin(collector)

        sent = [made_span(n) for n in range(SPANS)]
        for at in range(0, SPANS, 30):
            self.post(collector.port, sent[at:at + 30])
        wait_until(lambda: len(sink.spans()) >= SPANS, what=f"{SPANS} spans at the sink")
        found = sink.spans()
        self.assertEqual(len(found), SPANS)
        for span in sent:
            got = found[span["spanId"]]
            self.assertEqual({name: got[name] for name in span}, span)
            self.assertEqual(got["scope"], "the scope")
            self.assertEqual(got["resource"], {"service.name": {"stringValue": "elsewhere"},
                                               "k8s.pod.name": {"stringValue": "shop-1"}})
        accepted = car.metric("remora_relay_requests_total", result="accepted")
        self.assertGreater(accepted, 0)
        self.assertEqual(car.metric("remora_relay_requests_total"), accepted)
        zipped = "gzip" if compression == "gzip" else "identity"
        self.assertGreater(car.metric("remora_relay_request_bytes_total", encoding=zipped), 0)
        self.assertEqual(self.assert_balanced_end(car, car.stop())["spans_exported"], SPANS)

    def post(self, port: int, spans: list[dict]) -> None:
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "elsewhere"}}]}
        body = {"resourceSpans": [{"resource": resource, "scopeSpans": [
            {"scope": {"name": "the scope"}, "spans": spans}]}]}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/traces",
                                         json.dumps(body).encode(),
                                         {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertEqual(answer.status, 200)

    def test_a_collectors_protobuf_with_gzip_arrives_whole(self) -> None:
        self.through("proto", "gzip", "gzip")

    def test_a_collectors_json_arrives_whole(self) -> None:
        self.through("json", "none", "none")

    def test_a_collectors_json_with_gzip_arrives_whole(self) -> None:
        self.through("json", "gzip", "none")

    def test_jaeger_shows_the_server_span_and_the_applications_child_in_one_trace(self) -> None:
        jaeger = self.begin(self.peer(lambda: Jaeger(self.directory, self.spawner)))
        app = self.application()
        car = self.sidecar({
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{app.port}",
                         "routes": [{"route": "/ok/{id}"}]}],
            "relay": {"listen": ""}, "tracing": {"sample_ratio": 1},
            "otlp": {"endpoint": jaeger.otlp, "interval": "50ms"}})
        app.relay = car.at("relay")
        self.begin(app)
        self.begin(car)
        for n in range(20):
            car.ask(f"/ok/{n}")
        wait_until(lambda: car.metric("remora_spans_exported_total") == 40, what="all spans")
        found = jaeger.traces("shop")
        self.assertEqual(len(found), 20)
        for trace in found:
            services = {key: one["serviceName"] for key, one in trace["processes"].items()}
            spans = {services[span["processID"]]: span for span in trace["spans"]}
            self.assertEqual(set(spans), {"shop", "application"})
            server, child = spans["shop"], spans["application"]
            self.assertEqual(server["operationName"], "GET /ok/{id}")
            self.assertEqual(server["references"], [])
            self.assertEqual([(one["refType"], one["spanID"]) for one in child["references"]],
                             [("CHILD_OF", server["spanID"])])
            tags = {tag["key"]: tag["value"] for tag in server["tags"]}
            self.assertEqual(tags["http.route"], "/ok/{id}")
            self.assertEqual(tags["http.response.status_code"], 200)
            self.assertEqual(tags["span.kind"], "server")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
