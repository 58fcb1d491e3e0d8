"""OTLP traffic: a request of spans as an SDK sends it, and a backend that counts what arrives."""

import gzip
import struct
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPANS = 100  # a request
SPAN_NAME = b"GET /v1/securities/{isin}"


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(key: str, value: str) -> bytes:
    return _part(1, key.encode()) + _part(2, _part(1, value.encode()))


def _number(key: str, value: int) -> bytes:
    return _part(1, key.encode()) + _part(2, b"\x18" + _varint(value))


def _span(number: int) -> bytes:
    """Ten attributes, by the conventions for an HTTP server's span."""
    start = 1_700_000_000_000_000_000 + number * 1_000_003
    attributes = [
        _text("http.request.method", "GET"),
        _text("http.route", "/v1/securities/{isin}"),
        _text("url.path", f"/v1/securities/US03783310{number:02}"),
        _text("url.scheme", "http"),
        _number("http.response.status_code", 200),
        _text("server.address", "securities.example"),
        _number("server.port", 8080),
        _text("client.address", f"10.1.2.{number}"),
        _text("network.protocol.version", "1.1"),
        _text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) probe"),
    ]
    ids = struct.pack(">QQ", 0x0AF7651916CD43DD, number * 0x9E3779B97F4A7C15 % 2**64 or 1)
    own = struct.pack(">Q", (number + 1) * 0xC2B2AE3D27D4EB4F % 2**64)
    return b"".join([
        _part(1, ids), _part(2, own), _part(4, own[::-1]), _part(5, SPAN_NAME), b"\x30\x02",
        b"\x39" + struct.pack("<Q", start), b"\x41" + struct.pack("<Q", start + 12_345_678),
        *(_part(9, attribute) for attribute in attributes), b"\x85\x01" + struct.pack("<I", 1),
    ])


def request() -> bytes:
    """An ExportTraceServiceRequest of SPANS spans with a resource of six attributes."""
    resource = b"".join(
        _part(1, _text(key, value))
        for key, value in (
            ("service.name", "securities"), ("service.version", "1.2.3"),
            ("service.instance.id", "securities-7c9d8-x2x4z"), ("telemetry.sdk.name", "opentelemetry"),
            ("telemetry.sdk.language", "cpp"), ("telemetry.sdk.version", "1.20.0"),
        )
    )
    spans = b"".join(_part(2, _span(number)) for number in range(SPANS))
    return _part(1, _part(1, resource) + _part(2, _part(1, _part(1, b"library")) + spans))


class Backend(BaseHTTPRequestHandler):
    """POST /v1/traces: 200, and the spans are counted; GET /count: how many there were so far."""

    protocol_version = "HTTP/1.1"
    spans = 0
    requests = 0

    def do_POST(self):
        body = self._body()
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        Backend.spans += body.count(SPAN_NAME)
        Backend.requests += 1
        self._answer(b"", "application/x-protobuf")

    def do_GET(self):
        self._answer(b"%d %d" % (Backend.spans, Backend.requests), "text/plain")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Backend).serve_forever()
