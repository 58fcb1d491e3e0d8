"""What the verdicts of `./dev bench` rest on."""

import random
import unittest

from stats import Interval, bootstrap_median, percentile, verdict


class BootstrapMedian(unittest.TestCase):
    def test_of_equal_values_is_that_value_without_doubt(self):
        self.assertEqual(bootstrap_median([0.8] * 15), Interval(0.8, 0.8, 0.8))

    def test_of_one_value_is_that_value(self):
        self.assertEqual(bootstrap_median([1.25]), Interval(1.25, 1.25, 1.25))

    def test_contains_the_median_and_stays_within_the_values(self):
        values = [0.7, 0.75, 0.8, 0.82, 0.9, 1.1]
        interval = bootstrap_median(values)
        self.assertAlmostEqual(interval.median, 0.81)
        self.assertLessEqual(interval.low, interval.median)
        self.assertGreaterEqual(interval.high, interval.median)
        self.assertGreaterEqual(interval.low, min(values))
        self.assertLessEqual(interval.high, max(values))

    def test_is_the_same_for_the_same_values(self):
        values = [0.71, 0.69, 0.93, 0.8, 0.77]
        self.assertEqual(bootstrap_median(values), bootstrap_median(values))

    def test_narrows_with_more_values(self):
        generator = random.Random(1)
        few = [generator.gauss(1, 0.1) for _ in range(8)]
        many = few + [generator.gauss(1, 0.1) for _ in range(192)]
        narrow, wide = bootstrap_median(many), bootstrap_median(few)
        self.assertLess(narrow.high - narrow.low, wide.high - wide.low)

    def test_covers_the_true_median_about_as_often_as_it_says(self):
        generator = random.Random(2)
        covered = 0
        for _ in range(40):
            interval = bootstrap_median([generator.gauss(1, 0.1) for _ in range(25)])
            covered += interval.low <= 1 <= interval.high
        self.assertGreaterEqual(covered, 34)

    def test_refuses_no_values(self):
        with self.assertRaises(ValueError):
            bootstrap_median([])


class Percentile(unittest.TestCase):
    def test_interpolates_between_neighbours(self):
        self.assertAlmostEqual(percentile([0.0, 1.0, 2.0, 3.0], 0.5), 1.5)

    def test_ends_at_the_ends(self):
        self.assertEqual(percentile([4.0, 5.0], 0), 4.0)
        self.assertEqual(percentile([4.0, 5.0], 1), 5.0)


class Verdict(unittest.TestCase):
    def test_is_ok_when_the_upper_end_meets_the_bound(self):
        self.assertEqual(verdict(Interval(0.8, 0.78, 0.9), 0.9), "ok")

    def test_is_short_when_the_lower_end_is_beyond_the_bound(self):
        self.assertEqual(verdict(Interval(1.0, 0.95, 1.1), 0.9), "short")

    def test_is_unclear_when_the_interval_straddles_the_bound(self):
        self.assertEqual(verdict(Interval(0.9, 0.85, 0.95), 0.9), "unclear")

    def test_turns_around_where_more_is_better(self):
        self.assertEqual(verdict(Interval(12, 11, 13), 10, higher_is_better=True), "ok")
        self.assertEqual(verdict(Interval(8, 7, 9), 10, higher_is_better=True), "short")
        self.assertEqual(verdict(Interval(10, 9, 11), 10, higher_is_better=True), "unclear")


if __name__ == "__main__":
    unittest.main()
