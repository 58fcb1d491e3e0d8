"""An application behind a sidecar for tests: it answers, and sends spans of its own (OTLP/HTTP,
protobuf) below the span that the sidecar gave its request."""

import os
import struct
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _field(tag: int, content: bytes | str | int) -> bytes:
    if isinstance(content, int):
        return _varint(tag << 3) + _varint(content)
    data = content.encode() if isinstance(content, str) else content
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def _fixed(tag: int, value: int) -> bytes:
    return _varint(tag << 3 | 1) + struct.pack("<Q", value)


def _attribute(key: str, value: str | int) -> bytes:
    return _field(1, key) + _field(2, _field(1 if isinstance(value, str) else 3, value))


def span(trace: bytes, parent: bytes, own: bytes, name: str, start: int, end: int,
         attributes: dict, error: str = "") -> bytes:
    """A Span message; times in nanoseconds since the Unix epoch."""
    out = (_field(1, trace) + _field(2, own) + _field(4, parent) + _field(5, name) + _field(6, 1)
           + _fixed(7, start) + _fixed(8, end))
    for key, value in attributes.items():
        out += _field(9, _attribute(key, value))
    if error:
        event = _fixed(1, end) + _field(2, "exception")
        out += _field(11, event + _field(3, _attribute("exception.message", error)))
        out += _field(15, _field(2, error) + _field(3, 2))
    return out


def request(service: str, spans: list[bytes]) -> bytes:
    """An ExportTraceServiceRequest."""
    resource = _field(1, _attribute("service.name", service))
    scope = _field(1, _field(1, "the application"))
    scoped = scope + b"".join(_field(2, s) for s in spans)
    return _field(1, _field(1, resource) + _field(2, scoped))


class Application:
    """Listens on `port`; answers 500 below /broken and 200 elsewhere. `relay` is where it sends
    its spans: a base URL."""

    def __init__(self) -> None:
        self.relay = ""
        application = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                broken = self.path.startswith("/broken")
                application.report(self.headers["traceparent"], broken)
                body = b"{}"
                self.send_response(500 if broken else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def report(self, traceparent: str, broken: bool) -> None:
        _, trace, parent, _ = traceparent.split("-")
        trace, parent, handler, query = (bytes.fromhex(trace), bytes.fromhex(parent),
                                         os.urandom(8), os.urandom(8))
        now, ms = time.time_ns(), 1_000_000
        spans = [
            span(trace, parent, handler, "handle", now, now + 40 * ms, {"thread.id": 7}),
            span(trace, handler, query, "SELECT things", now + 5 * ms, now + 30 * ms,
                 {"db.system.name": "postgresql", "db.query.text": "SELECT <b> FROM things"},
                 "no such table" if broken else ""),
        ]
        sent = urllib.request.Request(
            f"{self.relay}/v1/traces", request("shop", spans),
            {"Content-Type": "application/x-protobuf"})
        with urllib.request.urlopen(sent, timeout=30) as answer:
            answer.read()
