"""What the SLO engine's rows are made of: the past that rules look back on, the order in which they
are evaluated, traffic whose truth is known, and what a Prometheus says of its groups."""

import tempfile
import unittest
from pathlib import Path

import slo_exactness
import slo_generation
import slo_rules_cost
from load import LoadFailed
from rule_history import Recorded, looked_back_on, recorded_lines, recording_rules, seconds
from slo_exactness import DAY, END, LEAD, PERIOD, Traffic, levels, reaches
from slo_specs import write_ours, write_sloth

RULES = """\
groups:
  - name: fast
    interval: 1m
    rules:
      - {record: "d", expr: "sum(x{a=\\"1\\"}[59s])", labels: {id: web}}
      - record: "e"
        expr: |-
          label_replace(sum_over_time(d{id="web"}[4m59s]), "window", "5m", "", "")
          or label_replace(sum_over_time(d{id="web"}[59m59s]), "window", "1h", "", "")
        labels: {id: web}
      - {record: "e", expr: "sum_over_time(d{id=\\"other\\"}[1d])", labels: {id: web, window: 1d}}
  - name: slow
    interval: 5m
    rules:
      - record: "e"
        expr: 'sum_over_time(e{id="web",window="1h"}[6d23h59m59s:1h])'
        labels: {id: web, window: 7d}
      - {record: "r", expr: "e{id=\\"web\\",window=~\\"7d|30d\\"} / 2", labels: {id: web}}
      - {alert: A, expr: "r{id=\\"web\\"} > 1"}
"""
WEEK = 7 * DAY - 1


class History(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        file = Path(self.directory.name) / "a.rules.yaml"
        file.write_text(RULES)
        self.rules = recording_rules([file], 60)

    def test_durations_are_those_of_prometheus(self):
        self.assertEqual(seconds("6d23h59m59s"), WEEK)
        self.assertEqual(seconds("4w"), 28 * DAY)

    def test_is_of_the_recorded_series_that_a_range_selects(self):
        found = {(r.name, dict(r.labels).get("window")): r for r in looked_back_on(self.rules)}
        self.assertEqual(set(found), {("d", None), ("e", "1h")})
        self.assertEqual((found["d", None].step, found["d", None].reach), (60, 3599))
        self.assertEqual((found["e", "1h"].step, found["e", "1h"].reach), (60, WEEK))

    def test_has_a_sample_a_step(self):
        lines = list(recorded_lines([Recorded("d", (("id", "web"),), 60, 600)], 6000))
        self.assertEqual(len(lines), 10)
        self.assertRegex(lines[0], r'^d\{id="web"\} [\d.]+ 5400\n$')

    def test_one_rule_may_record_several_windows(self):
        windows = [[dict(labels).get("window") for labels in rule.series()] for rule in self.rules]
        self.assertEqual(windows, [[None], ["5m", "1h"], ["1d"], ["7d"], ["7d", "30d"]])

    def test_rules_are_evaluated_after_what_they_need(self):
        steps = levels(self.rules, "r", 'id="web",window="7d"')
        self.assertEqual([[rule.name for rule in level] for level in steps],
                         [["d"], ["e"], ["e"], ["r"]])

    def test_what_is_looked_back_on_needs_its_own_past_too(self):
        steps = levels(self.rules, "r", 'id="web",window="7d"')
        found = reaches(steps)
        self.assertEqual(found[steps[1][0]], slo_exactness.TAIL + WEEK)
        self.assertEqual(found[steps[0][0]], slo_exactness.TAIL + WEEK + 3599)


class Truth(unittest.TestCase):
    def test_events_come_evenly_between_two_knots(self):
        first = END - PERIOD - LEAD
        traffic = Traffic(total=[0, 30, 90, 90], bad=[0, 3, 3, 3])
        self.assertEqual(traffic.at(traffic.total, first + 45), 60)
        self.assertAlmostEqual(traffic.ratio(first, first + 60), 3 / 90)

    def test_traffic_never_stops_and_has_bursts_that_fail_more(self):
        traffic = slo_exactness.bursty(1000)
        steps = [b - a for a, b in zip(traffic.total, traffic.total[1:])]
        failed = [b - a for a, b in zip(traffic.bad, traffic.bad[1:])]
        self.assertGreater(min(steps), 0)
        burst = [(n, f) for n, f in zip(steps, failed) if n >= 1000]
        rest = [(n, f) for n, f in zip(steps, failed) if n < 1000]
        self.assertGreater(len(burst), 100)
        self.assertLess(len(burst), len(rest) / 10)
        share = [sum(f for _, f in part) / sum(n for n, _ in part) for part in (burst, rest)]
        self.assertGreater(share[0], 4 * share[1])


class Cost(unittest.TestCase):
    def test_is_the_sum_of_each_evaluation_once(self):
        metrics = [
            'prometheus_rule_group_last_evaluation_timestamp_seconds{rule_group="/ours/a;g"} {at}',
            'prometheus_rule_group_last_duration_seconds{rule_group="/ours/a;g"} {took}',
            'prometheus_rule_group_last_evaluation_timestamp_seconds{rule_group="/s;g"} 0',
            'prometheus_rule_group_last_duration_seconds{rule_group="/s;g"} 0',
        ]
        seen = slo_rules_cost.Evaluations(0)
        for at, took in ((1, 0.5), (1, 0.5), (2, 0.25)):
            seen._metrics = lambda at=at, took=took: [
                m.replace("{at}", str(at)).replace("{took}", str(took)) for m in metrics]
            seen.look()
        self.assertEqual(seen.total("/ours/"), (0.75, 2))
        self.assertEqual(seen.total("/s;"), (0, 0))  # it was not evaluated yet


class Specifications(unittest.TestCase):
    def test_are_as_many_for_both(self):
        with tempfile.TemporaryDirectory() as directory:
            ours = write_ours(Path(directory) / "ours", 3)
            sloth = write_sloth(Path(directory) / "sloth.yaml", 3).read_text()
            self.assertEqual(len(list(ours.iterdir())), 3)
            self.assertEqual(sloth.count("- name: app-"), 3)
            self.assertIn("[{{.window}}]", sloth)

    def test_there_is_one_of_ours_for_each_of_sloths_examples(self):
        for name in slo_generation.EXAMPLES:
            self.assertTrue((slo_generation.OURS / f"{name}.yaml").exists(), name)

    def test_a_run_that_fails_does_not_count(self):
        with self.assertRaises(LoadFailed):
            slo_generation.run(["sh", "-c", "echo no >&2; exit 3"])
        self.assertLess(slo_generation.run(["true"]).seconds, 60)


if __name__ == "__main__":
    unittest.main()
