import gzip
import threading
import unittest
import urllib.request
from http.server import ThreadingHTTPServer

import otlp_load


def fields(message: bytes) -> list[tuple[int, bytes]]:
    """The fields of a message that have a length."""
    found, at = [], 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = varint()
        if tag & 7 == 2:
            size = varint()
            found.append((tag >> 3, message[at : at + size]))
            at += size
        elif tag & 7 == 0:
            varint()
        else:
            at += {1: 8, 5: 4}[tag & 7]
    return found


def members(message: bytes, number: int) -> list[bytes]:
    return [content for field, content in fields(message) if field == number]


class Request(unittest.TestCase):
    def test_holds_spans_with_ten_attributes_and_ids_of_their_own(self):
        (resource_spans,) = members(otlp_load.request(), 1)
        (scope_spans,) = members(resource_spans, 2)
        spans = members(scope_spans, 2)
        self.assertEqual(len(spans), otlp_load.SPANS)
        self.assertEqual({len(members(span, 9)) for span in spans}, {10})
        self.assertEqual({len(members(span, 1)[0]) for span in spans}, {16})
        self.assertEqual(len({members(span, 2)[0] for span in spans}), otlp_load.SPANS)

    def test_names_each_span_once_where_the_backend_counts(self):
        self.assertEqual(otlp_load.request().count(otlp_load.SPAN_NAME), otlp_load.SPANS)


class Backend(unittest.TestCase):
    def setUp(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), otlp_load.Backend)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def ask(self, path: str, body=None, **headers: str) -> bytes:
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    def spans(self) -> int:
        return int(self.ask("/count").split()[0])

    def test_counts_spans_however_they_come(self):
        before, body = self.spans(), otlp_load.request()
        self.ask("/v1/traces", body)
        self.ask("/v1/traces", gzip.compress(body), **{"Content-Encoding": "gzip"})
        self.ask("/v1/traces", iter([body[:1000], body[1000:]]))  # chunked
        self.assertEqual(self.spans() - before, 3 * otlp_load.SPANS)


if __name__ == "__main__":
    unittest.main()
