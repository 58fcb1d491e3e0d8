"""How measurements become rows: ratios of pairs, or ours alone against an absolute bound."""

import os
import unittest
from contextlib import contextmanager

from comparison import (
    ATTEMPTS, Comparison, Cores, Measurement, Pairs, Row, Setting, Sides, judge, measure_pairs,
)
from load import LoadFailed
from processes import Cpu

CORES = Cores(side=0, load=0)
CPU = Row("cpu", "µs", 2.0, lambda m: m.us_per_request(m.cpu.total))
RATE = Row("rate", "/s", 100, lambda m: m.rate, higher_is_better=True)


def measurement(cpu_us: float, rate: float = 1) -> Measurement:
    return Measurement(Cpu(cpu_us / 1e6, 0), 1, rate)


def comparison(sides: Sides, seen: list[Setting] | None = None) -> Comparison:
    @contextmanager
    def opened(setting: Setting):
        if seen is not None:
            seen.append(setting)
        yield sides

    return Comparison(open=opened, rows=(CPU,))


class Judge(unittest.TestCase):
    def test_takes_the_ratio_within_each_pair(self):
        pairs = Pairs([measurement(10), measurement(30)], [measurement(10), measurement(10)])
        found = judge(CPU, pairs)
        self.assertAlmostEqual(found.held.median, 2.0)
        self.assertAlmostEqual(found.held.low, 1.0)
        self.assertAlmostEqual(found.held.high, 3.0)
        self.assertAlmostEqual(found.peer, 10)

    def test_holds_ours_itself_against_the_bound_without_a_peer(self):
        found = judge(RATE, Pairs([measurement(1, rate) for rate in (150, 170, 160)]))
        self.assertEqual((found.held.median, found.verdict), (160, "ok"))
        self.assertEqual(judge(RATE, Pairs([measurement(1, 99)])).verdict, "short")

    def test_says_in_json_that_there_is_no_peer(self):
        found = judge(RATE, Pairs([measurement(1, 150)])).as_json()
        self.assertEqual((found["ours"], found["peer"], found["ratio"]), (150, None, None))
        self.assertEqual((found["low"], found["bound"]), (150, 100))

    def test_holds_ours_against_an_absolute_bound_beside_a_peer(self):
        row = Row("memory", "MB", 12, lambda m: m.rate, absolute=True)
        found = judge(row, Pairs([measurement(1, 11)], [measurement(1, 5)]))
        self.assertEqual((found.held.median, found.peer, found.verdict), (11, 5, "ok"))
        self.assertEqual(found.as_json()["ratio"], None)

    def test_gives_no_verdict_without_a_bound(self):
        row = Row("floor", "µs", None, CPU.value)
        found = judge(row, Pairs([measurement(30)], [measurement(10)]))
        self.assertEqual((found.held.median, found.verdict), (3, "shown"))

    def test_refuses_a_ratio_to_nothing(self):
        with self.assertRaises(LoadFailed):
            judge(CPU, Pairs([measurement(1)], [measurement(0)]))


class MeasuringPairs(unittest.TestCase):
    def test_swaps_the_order_in_every_other_pair(self):
        order = []
        sides = Sides(lambda: order.append("ours") or measurement(1),
                      lambda: order.append("peer") or measurement(1))
        found = measure_pairs(comparison(sides), 3, CORES)
        self.assertEqual(order, ["ours", "peer", "peer", "ours", "ours", "peer"])
        self.assertEqual((len(found.ours), len(found.peer)), (3, 3))

    def test_measures_ours_alone_when_there_is_no_peer(self):
        found = measure_pairs(comparison(Sides(lambda: measurement(1))), 4, CORES)
        self.assertEqual((len(found.ours), found.peer), (4, []))

    def test_opens_once_and_leaves_no_directory_behind(self):
        seen: list[Setting] = []
        measure_pairs(comparison(Sides(lambda: measurement(1)), seen), 2, CORES)
        self.assertEqual(len(seen), 1)
        self.assertFalse(os.path.exists(seen[0].directory))

    def test_repeats_what_does_not_count_but_not_for_ever(self):
        failures = iter([True, True, False])
        tries = []

        def sometimes() -> Measurement:
            tries.append(1)
            if next(failures):
                raise LoadFailed("a request failed")
            return measurement(1)

        self.assertEqual(len(measure_pairs(comparison(Sides(sometimes)), 1, CORES).ours), 1)
        self.assertEqual(len(tries), ATTEMPTS)

        def never() -> Measurement:
            raise LoadFailed("all requests failed")

        with self.assertRaises(LoadFailed):
            measure_pairs(comparison(Sides(never)), 1, CORES)


if __name__ == "__main__":
    unittest.main()
