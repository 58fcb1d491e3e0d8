"""What the harness itself writes into Redis."""

import unittest
import uuid

from entries import Entry, new_id, pending_key
from resp import encoded


class Encoded(unittest.TestCase):
    def test_counts_bytes_not_characters(self):
        self.assertEqual(encoded(["GET", "µ"]), "*2\r\n$3\r\nGET\r\n$2\r\nµ\r\n".encode())

    def test_keeps_empty_words(self):
        self.assertEqual(encoded([""]), b"*1\r\n$0\r\n\r\n")


class NewId(unittest.TestCase):
    def test_is_a_version_7_uuid_of_its_time(self):
        now_ms = 1_767_225_600_123
        for _ in range(100):
            made = uuid.UUID(new_id(now_ms))
            self.assertEqual((made.version, made.variant), (7, uuid.RFC_4122))
            self.assertEqual(made.int >> 80, now_ms)

    def test_never_comes_twice(self):
        self.assertEqual(len({new_id(1) for _ in range(10_000)}), 10_000)


class AnEntry(unittest.TestCase):
    def test_keeps_its_fields_in_order_but_for_other_values(self):
        entry = Entry((("id", "a"), ("topic", "t"), ("tracestate", "")))
        self.assertEqual(entry.words(id="b"), ["id", "b", "topic", "t", "tracestate", ""])

    def test_is_pending_under_its_id(self):
        self.assertEqual(pending_key("x"), "remora:pending:x")


if __name__ == "__main__":
    unittest.main()
