"""What is printed: figures that can be read, and verdicts where they belong."""

import unittest
from contextlib import contextmanager

from comparison import Comparison, Measurement, Pairs, Row, judge
from processes import Cpu
from table import aligned, cells, conditions, figure, summary, table

RATIO = Row("cpu", "µs", 0.9, lambda m: m.us_per_request(m.cpu.total))
ALONE = Row("memory", "MB", 12, lambda m: m.also["MB"], absolute=True)
SHOWN = Row("floor", "µs", None, lambda m: m.us_per_request(m.cpu.total))


@contextmanager
def nothing(_):
    yield


def pairs() -> Pairs:
    def measured(us: float) -> Measurement:
        return Measurement(Cpu(us / 4e6, us * 3 / 4e6), 1, 1, {"MB": us})

    return Pairs([measured(8)], [measured(10)], "a note")


class Figures(unittest.TestCase):
    def test_have_the_digits_that_matter(self):
        for value, text in ((0.8374, "0.837"), (12.345, "12.35"), (666.66, "666.7"),
                            (12345.6, "12,346"), (None, "")):
            self.assertEqual(figure(value), text)


class Cells(unittest.TestCase):
    def test_of_a_ratio(self):
        self.assertEqual(cells(judge(RATIO, pairs())), [
            "cpu", "8.000 µs", "10.00 µs", "0.800", "0.800 to 0.800", "<= 0.9", "ok"])

    def test_of_an_absolute_bound_show_the_peer_but_no_ratio(self):
        self.assertEqual(cells(judge(ALONE, pairs())), [
            "memory", "8.000 MB", "10.00 MB", "", "8.000 to 8.000", "<= 12 MB", "ok"])

    def test_of_a_row_without_a_bound_say_that_it_is_only_shown(self):
        self.assertEqual(cells(judge(SHOWN, pairs()))[3:], ["0.800", "0.800 to 0.800", "", "shown"])

    def test_turn_the_sign_where_more_is_better(self):
        row = Row("rate", "/s", 30_000, lambda m: 40_000, higher_is_better=True)
        self.assertEqual(cells(judge(row, Pairs([pairs().ours[0]])))[2:], [
            "", "", "40,000 to 40,000", ">= 30,000 /s", "ok"])


class Tables(unittest.TestCase):
    def test_align_their_columns(self):
        lines = aligned([["a", "1", "x"], ["long", "200", "yy"]])
        self.assertEqual(lines, ["a       1  x", "long  200  yy"])

    def test_tell_user_and_system_time_and_the_conditions(self):
        found = pairs()
        comparison = Comparison(nothing, (RATIO,), "nginx", 4, note="quiet")
        lines = table(comparison, found, [judge(RATIO, found)])
        self.assertIn("ours 2.00 + 6.00 µs; nginx 2.50 + 7.50 µs", lines[-1])
        self.assertEqual(conditions(comparison, found), [
            "ours: 8.000 MB", "nginx: 10.00 MB", "1 alternating pairs of 4 s; quiet; a note"])

    def test_sum_up_every_row(self):
        lines = summary([judge(row, pairs()) for row in (RATIO, ALONE, SHOWN)])
        self.assertEqual([line.split()[-1] for line in lines], ["verdict", "ok", "ok", "shown"])


if __name__ == "__main__":
    unittest.main()
