"""That nginx is made to answer with what the API answers."""

import unittest

from answers import Answer
from nginx import PADDING, headers_within, quoted

HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        b"Date: today\r\nETag: \"abc\"\r\nAge: 1\r\n\r\n")
ANSWER = Answer(HEAD, b"{}")


class AnAnswer(unittest.TestCase):
    def test_has_a_status_and_headers_in_any_case(self):
        self.assertEqual(ANSWER.status, 200)
        self.assertEqual(ANSWER.header("content-type"), "application/json")
        self.assertEqual(ANSWER.header("x-none"), "")


class HeadersWithin(unittest.TestCase):
    def added(self, size: int) -> int:
        return sum(len(f"{name}: {value}\r\n") for name, value in headers_within(ANSWER, size))

    def test_leaves_to_nginx_what_it_writes_anyway(self):
        self.assertEqual([name for name, _ in headers_within(ANSWER, 21)], ["ETag", "Age"])

    def test_fills_up_what_is_left(self):
        for size in (60, 200):
            self.assertEqual(headers_within(ANSWER, size)[-1][0], PADDING)
        for size in range(21, 60):
            self.assertEqual(self.added(size), size)

    def test_never_takes_more_than_there_is_room_for(self):
        for size in range(-5, 60):
            self.assertLessEqual(self.added(size), max(size, 0))


class Quoted(unittest.TestCase):
    def test_escapes_what_would_end_a_string(self):
        self.assertEqual(quoted("D'Ieteren \\ 1"), "'D\\'Ieteren \\\\ 1'")

    def test_refuses_variables(self):
        with self.assertRaises(ValueError):
            quoted("$request")


if __name__ == "__main__":
    unittest.main()
