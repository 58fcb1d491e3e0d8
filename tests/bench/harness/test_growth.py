"""The table of how costs grow, and its place in a document."""

import tempfile
import unittest
from pathlib import Path

from growth import BEGIN, DOCUMENT, END, PARTS, Cost, table, write_into


def cost(question: str, p50_ms: float) -> Cost:
    return Cost(question, 1000, p50_ms, 2 * p50_ms, dict.fromkeys(PARTS, 12.4))


class Table(unittest.TestCase):
    def test_keeps_the_sizes_of_a_request_together(self):
        lines = table({1000: [cost("read", 0.1), cost("list", 0.2)],
                       1_000_000: [cost("read", 0.3), cost("list", 0.4)]})
        self.assertEqual(lines[2], "| read | 1,000 | 0.10 | 0.20 | 12 | 12 | 12 | 12 |")
        self.assertEqual([line.split(" | ")[:2] for line in lines[3:5]],
                         [["| read", "1,000,000"], ["| list", "1,000"]])
        self.assertEqual({line.count("|") for line in lines}, {5 + len(PARTS)})


class WritingInto(unittest.TestCase):
    def written(self, text: str) -> str:
        with tempfile.TemporaryDirectory() as directory:
            document = Path(directory) / "growth.md"
            document.write_text(text)
            write_into(document, ["| \\1 |"])
            return document.read_text()

    def test_replaces_what_is_between_the_marks_and_nothing_else(self):
        after = self.written(f"before\n{BEGIN}\nold\n{END}\nafter\n")
        self.assertEqual(after, f"before\n{BEGIN}\n\n| \\1 |\n\n{END}\nafter\n")
        self.assertEqual(self.written(after), after)

    def test_refuses_a_document_without_marks(self):
        with self.assertRaises(RuntimeError):
            self.written("before\nafter\n")

    def test_finds_the_marks_in_the_document_of_this_project(self):
        text = DOCUMENT.read_text()
        self.assertEqual((text.count(BEGIN), text.count(END)), (1, 1))


if __name__ == "__main__":
    unittest.main()
