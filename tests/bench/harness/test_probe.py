"""The probe's rows: the truth is computed from what the server noted, and the server makes its delays."""

import tempfile
import time
import unittest
from pathlib import Path

import probe_truth
from comparison import Cores, Setting
from load import LoadFailed
from probing import ask, scenarios, truth_server
from processes import Processes

MS = 1_000_000


def noted(at: list[tuple[float, float]], path: str = "/x") -> str:
    """A log of requests by the milliseconds at which they were accepted and answered."""
    return "".join(f"R {int(a * MS)} {int(a * MS)} {int(b * MS)} {int(b * MS)} {path}\n"
                   for a, b in at)


class Truth(unittest.TestCase):
    def test_counts_from_the_intended_start(self):
        log = noted([(1000, 1005), (1100.2, 1105.2), (1200, 1205)])
        found = probe_truth.truth(log, "/x", 10)
        for got, wanted in zip(found, (0.005, 0.005, 0.0052)):
            self.assertAlmostEqual(got, wanted, 9)

    def test_charges_a_stall_to_all_that_were_intended_meanwhile(self):
        # Every 100 ms; the server does nothing from 1050 to 1350 and then accepts what came.
        log = noted([(1000, 1001), (1350, 1351), (1350.1, 1351), (1350.2, 1351), (1400, 1401)])
        found = probe_truth.truth(log + "S 1050000000 1350000000\n", "/x", 10)
        for got, wanted in zip(found, (0.001, 0.001, 0.051, 0.151, 0.251)):
            self.assertAlmostEqual(got, wanted, 9)

    def test_is_about_one_path(self):
        log = noted([(1000, 1005)]) + noted([(1001, 3000)], "/other")
        self.assertEqual(len(probe_truth.truth(log, "/x", 10)), 1)
        with self.assertRaises(LoadFailed):
            probe_truth.truth(log, "/none", 10)

    def test_of_an_even_pace_is_known_beforehand_but_for_rounding(self):
        found = probe_truth.due(probe_truth.Case("5", 50, stall=2), 20)
        self.assertEqual(len(found), 1000)
        self.assertAlmostEqual(found[0], 0.005)
        self.assertAlmostEqual(found[-1], 2.005, 1)
        self.assertEqual(sum(d > 0.01 for d in found), 100)  # one in ten meets the stall

    def test_the_worst_error_is_in_terms_of_what_is_allowed(self):
        true = [0.010] * 98 + [1.0] * 2
        said = {"p50": 0.0105, "p95": 0.010, "p99": 1.03}
        found = probe_truth.worst(said, true)
        self.assertAlmostEqual(found[probe_truth.WRONG], 1.5)  # 30 ms of 20
        self.assertAlmostEqual(found["ms true p99"], 1000)

    def test_a_quantile_is_a_value_that_was_there(self):
        self.assertEqual(probe_truth.quantile([1, 2, 3, 4], 0.5), 2)
        self.assertEqual(probe_truth.quantile([1, 2, 3, 4], 0.51), 3)
        self.assertEqual(probe_truth.quantile([1], 0.99), 1)


class Server(unittest.TestCase):
    """The delays are lower bounds: a busy machine only adds to them."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        processes = Processes(Path(directory.name))
        self.enterContext(processes)
        self.port = truth_server(processes, Setting(Path(directory.name), Cores(0, 0), 0, 0))

    def requests(self) -> list[list[str]]:
        return [line.split(" ") for line in ask(self.port, "/log").splitlines()
                if line.startswith("R ")]

    def test_waits_in_turn_before_the_first_byte_and_within_the_body(self):
        path = "/?wait=20000,5000&body=0,30000&size=100"
        for _ in range(2):
            self.assertEqual(len(ask(self.port, path)), 100)
        first, second = self.requests()
        self.assertGreaterEqual(int(first[3]) - int(first[2]), 20 * MS)
        self.assertEqual(first[3] <= first[4], True)
        self.assertGreaterEqual(int(second[3]) - int(second[2]), 5 * MS)
        self.assertGreaterEqual(int(second[4]) - int(second[3]), 30 * MS)
        self.assertEqual(second[5], path)

    def test_stalls_as_a_whole(self):
        ask(self.port, "/stall?us=200000")
        begin = time.monotonic()
        ask(self.port, "/?wait=0")
        self.assertGreaterEqual(time.monotonic() - begin, 0.15)
        self.assertIn("\nS " if self.requests() else "S ", "\n" + ask(self.port, "/log"))

    def test_accepts_late_when_it_is_told_to(self):
        ask(self.port, "/accept?us=50000")
        begin = time.monotonic()
        ask(self.port, "/?wait=0")
        self.assertGreaterEqual(time.monotonic() - begin, 0.05)

    def test_forgets(self):
        ask(self.port, "/?wait=0")
        ask(self.port, "/reset")
        self.assertEqual(self.requests(), [])


class Scenarios(unittest.TestCase):
    def test_are_documents_of_one_text(self):
        text = scenarios(3, "5s", "/a")
        self.assertEqual(text.count("\n---\n"), 2)
        self.assertIn("name: scenario-2\n", text)
        self.assertIn('"${target.base}/a"', text)


if __name__ == "__main__":
    unittest.main()
