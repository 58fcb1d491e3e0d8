#!/usr/bin/env python3
"""The sink reads what it will be asked about; a test of a test's tool, since a sink that
understands nothing would make the trace checks wait in vain."""

import unittest

from otlp_sink import Seen, spans_of, varint


def field(number, payload):
    return bytes([number << 3 | 2]) + length(len(payload)) + payload


def length(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7])


def request(service, traces):
    name = field(1, b"service.name") + field(2, field(1, service.encode()))
    noise = field(1, b"host.name") + field(2, field(1, b"h"))
    spans = b"".join(
        # end_time_unix_nano is a fixed64, kind a varint: both must be stepped over
        field(2, field(1, trace) + field(5, b"GET") + b"\x30\x02" + b"\x41" + bytes(8))
        for trace in traces
    )
    return field(1, field(1, field(1, noise) + field(1, name)) + field(2, spans))


class OtlpSink(unittest.TestCase):
    def test_reads_service_and_trace_of_every_span(self):
        body = request("probe", [b"\xaa" * 16, b"\xbb" * 16]) + request("api", [b"\xaa" * 16])
        found = list(spans_of(body))
        self.assertEqual(found, [("probe", "aa" * 16), ("probe", "bb" * 16), ("api", "aa" * 16)])

    def test_collects_services_by_trace(self):
        seen = Seen()
        seen.add([("probe", "t"), ("api", "t"), ("api", "u")])
        self.assertEqual(seen.answer("/traces"), {"t": ["api", "probe"], "u": ["api"]})
        self.assertEqual(seen.answer("/services"), {"probe": 1, "api": 2})

    def test_refuses_every_truncation(self):
        body = request("probe", [b"\xaa" * 16])
        for end in range(1, len(body)):
            with self.assertRaises((ValueError, IndexError)):
                list(spans_of(body[:end]))

    def test_reads_long_numbers(self):
        self.assertEqual(varint(b"\xff\xff\x03rest", 0), (65535, 3))


if __name__ == "__main__":
    unittest.main()
