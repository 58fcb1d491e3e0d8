#!/usr/bin/env python3
"""An OTLP/HTTP backend for tests: counts spans by service and remembers who wrote to which trace.

  otlp_sink.py PORT_FILE      listens on a free loopback port, and writes the port to PORT_FILE

POST /v1/traces takes ExportTraceServiceRequest as protobuf (plain or gzip). GET /services answers
{"service": spans}; GET /traces answers {"trace id": ["service", …]} of the newest traces.
"""

import gzip
import json
import os
import sys
import threading
from collections import Counter, OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TRACES_KEPT = 50_000

# Field numbers of opentelemetry-proto: trace service, trace, common and resource.
RESOURCE_SPANS = RESOURCE = ATTRIBUTES = KEY = STRING_VALUE = TRACE_ID = 1
SCOPE_SPANS = SPANS = VALUE = 2


def fields(message):
    """(number, value) of each field: integers, or bytes for everything that has a length."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(message, at)
        else:
            length, at = varint(message, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value = message[at : at + length]
            at += length
            if len(value) != length:
                raise ValueError("truncated")
        yield tag >> 3, value


def varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def members(message, number):
    return [value for field, value in fields(message) if field == number]


def service_of(resource_spans):
    for resource in members(resource_spans, RESOURCE):
        for attribute in members(resource, ATTRIBUTES):
            if members(attribute, KEY) == [b"service.name"]:
                return members(members(attribute, VALUE)[0], STRING_VALUE)[0].decode()
    return "unknown"


def spans_of(request):
    """(service, trace id) of every span in an ExportTraceServiceRequest."""
    for resource_spans in members(request, RESOURCE_SPANS):
        service = service_of(resource_spans)
        for scope_spans in members(resource_spans, SCOPE_SPANS):
            for span in members(scope_spans, SPANS):
                yield service, members(span, TRACE_ID)[0].hex()


class Seen:
    def __init__(self):
        self._lock = threading.Lock()
        self._services = Counter()
        self._traces = OrderedDict()

    def add(self, spans):
        with self._lock:
            for service, trace in spans:
                self._services[service] += 1
                self._traces.setdefault(trace, set()).add(service)
            while len(self._traces) > TRACES_KEPT:
                self._traces.popitem(last=False)

    def answer(self, path):
        with self._lock:
            if path == "/services":
                return dict(self._services)
            if path == "/traces":
                return {trace: sorted(services) for trace, services in self._traces.items()}
        return None


def handler(seen):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            try:
                seen.add(list(spans_of(body)))
                self.reply(200, b"", "application/x-protobuf")
            except (ValueError, IndexError, KeyError) as problem:
                self.reply(400, str(problem).encode(), "text/plain")

        def do_GET(self):
            found = seen.answer(self.path)
            body = json.dumps(found).encode()
            self.reply(404 if found is None else 200, body, "application/json")

        def reply(self, status, body, content_type):
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(Seen()))
    server.daemon_threads = True
    with open(sys.argv[1] + ".partial", "w") as port_file:
        port_file.write(str(server.server_port))
    os.rename(sys.argv[1] + ".partial", sys.argv[1])  # whoever waits for it reads a whole number
    server.serve_forever()


if __name__ == "__main__":
    main()
