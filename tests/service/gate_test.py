#!/usr/bin/env python3
"""The release gate on a real chain (probe, sidecar, application, Prometheus): a healthy candidate
passes, one that fails 5 % of its requests fails a 99 % objective, ten probes are too few for either;
how many probes that took is printed. Beside a baseline, under the freeze rule and its override, and
with the failures' traces in every report.

Exit codes: 0 all well, 1 not, 77 when all was skipped.
"""

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

from probes import Report, Runs, write_json
from servers import Skip
from sidecars import Prometheus, SidecarTest, run_tests


def objective(name: str, good: str, total: str, target: float = 0.99) -> dict:
    def query(text: str) -> dict:
        return {"metricSource": {"type": "Prometheus", "spec": {"query": text}}}
    return {
        "apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": name},
        "spec": {
            "description": "Of the candidate.", "service": "shop",
            "indicator": {"metadata": {"name": f"{name}-ratio"}, "spec": {"ratioMetric": {
                "counter": True, "good": query(good), "total": query(total)}}},
            "timeWindow": [{"duration": "28d", "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"displayName": "It works", "target": target}]}}


class GateTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        self.app = self.begin(self.application())
        inbound = [{"name": "healthy", "upstream": f"127.0.0.1:{self.app.port}"},
                   {"name": "faulty", "upstream": f"127.0.0.1:{self.app.port}",
                    "faults": [{"abort": 503, "every": 20}]}]
        self.car = self.sidecar({"inbound": inbound, "exemplars": "local"})
        self.car.arguments = ["--allow-faults"]
        self.begin(self.car)
        self.runs = Runs(self.directory, self.programs)
        self.probed = write_json(self.directory / "probed.yaml", objective(
            "path-works", 'remora_probe_runs_total{scenario="path",outcome="passed"}',
            'remora_probe_runs_total{scenario="path"}'))
        self.seen = write_json(self.directory / "seen.yaml", objective(
            "shop-answers", 'remora_sli_requests_total{job="sidecar",result="good"}',
            'remora_sli_requests_total{job="sidecar",result=~"good|bad"}'))

    def run_probe(self, listener: str, *words: str) -> Report:
        scenario = {"name": "path", "interval": "100ms", "step_timeout": "2s", "steps": [
            {"name": "ask", "http": {"url": "${target.base}/ok"}, "expect": {"status": 200}}]}
        config = {"targets": {"base": f"http://127.0.0.1:{self.car.at(listener)}"}}
        return self.runs.run(scenario, config, "--gate", str(self.probed), *words)

    def until_decided(self, listener: str) -> Report:
        return self.run_probe(listener, "--load", "constant:200/s:60s", "--stop-when-decided",
                              "--junit", str(self.directory / "run.xml"))

    def gate(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.programs / "remora-slo", "gate", *words], text=True,
                              capture_output=True, timeout=60, check=False, cwd=self.directory)

    def line(self, report: Report) -> dict:
        return report.report["gate"]["objectives"][0]

    def test_a_healthy_candidate_passes(self) -> None:
        done = self.until_decided("healthy")
        self.assertEqual(0, done.code, done.output)
        line = self.line(done)
        self.assertEqual(0, line["bad_events"])
        self.assertGreaterEqual(line["events"], 320)
        print(f"healthy: passed after {line['events']} probes (a clean sample needs 320)")

    def test_five_percent_errors_fail_a_99_percent_objective(self) -> None:
        done = self.until_decided("faulty")
        self.assertEqual(1, done.code, done.output)
        line = self.line(done)
        self.assertLess(line["events"], 2000)
        print(f"5 % errors: failed after {line['events']} probes, {line['bad_events']} bad")
        traces = [one for kind in line["failures"] for one in kind["trace_ids"]]
        self.assertTrue(traces)
        case = xml.parse(self.directory / "run.xml").find(".//testcase[@name='path-works']/failure")
        self.assertIn(traces[0], case.text)

    def test_ten_probes_are_inconclusive(self) -> None:
        for listener in ("healthy", "faulty"):
            done = self.run_probe(listener, "--iterations", "10")
            self.assertEqual(2, done.code, done.output)

    def test_a_candidate_stands_beside_its_baseline(self) -> None:
        for listener, name in (("healthy", "before"), ("healthy", "same"), ("faulty", "worse")):
            self.run_probe(listener, "--load", "constant:300/s:5s")
            (self.directory / "report.json").rename(self.directory / f"{name}.json")
        for name, code in (("same", 0), ("worse", 1)):
            done = self.gate("probed.yaml", "--results", f"{name}.json", "--baseline",
                             "before.json", "--margin", "1%")
            self.assertEqual(code, done.returncode, done.stdout + done.stderr)

    def begin_prometheus(self) -> Prometheus:
        try:
            return self.begin(Prometheus(self.directory, self.car.port, self.spawner).place())
        except Skip as why:
            self.skipTest(str(why))

    def ask(self, listener: str) -> None:
        """Requests that the sidecar counts; what the probe itself makes of them does not matter."""
        self.run_probe(listener, "--load", "constant:300/s:4s")

    def test_it_asks_a_running_prometheus(self) -> None:
        prometheus = self.begin_prometheus()
        url = f"http://127.0.0.1:{prometheus.port}"
        prometheus.scraped_again()
        begin = time.time()
        self.ask("healthy")
        prometheus.scraped_again()
        done = self.gate("seen.yaml", "--prometheus", url, "--since", str(begin), "--freeze")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("every error budget has something left", done.stdout)

        middle = time.time()
        self.ask("faulty")
        prometheus.scraped_again()
        done = self.gate("seen.yaml", "--prometheus", url, "--since", str(middle), "--json")
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        failures = json.loads(done.stdout)["objectives"][0]["failures"]
        self.assertIn("503", failures[0]["what"])
        self.assertRegex(failures[0]["trace_ids"][0], "^[0-9a-f]{32}$")
        done = self.gate("seen.yaml", "--prometheus", url, "--since", str(middle),
                         "--baseline-at", str(middle))
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn("worse than the baseline", done.stdout)
        self.check_freeze(prometheus, url)

    def check_freeze(self, prometheus: Prometheus, url: str) -> None:
        """What the faults did to the budget freezes a release that is good by itself."""
        begin = time.time()
        self.ask("healthy")
        prometheus.scraped_again()
        words = ("seen.yaml", "--prometheus", url, "--since", str(begin))
        self.assertEqual(0, self.gate(*words).returncode)
        done = self.gate(*words, "--freeze")
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn("gate: fail (freeze rule)", done.stdout)
        done = self.gate(*words, "--freeze", "--override", "Fixes INC-7", "--json=gate.json",
                         "--junit", "gate.xml", "--markdown", "gate.md")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        for name in ("gate.json", "gate.xml", "gate.md"):
            self.assertIn("Fixes INC", (self.directory / name).read_text())
        self.run_probe("healthy", "--load", "constant:200/s:2s")
        done = self.gate("probed.yaml", "--results", "report.json", "--prometheus", url, "--freeze")
        self.assertEqual(2, done.returncode, "Prometheus knows no budget of the probe's")
        self.assertIn("the error budget is not known of path-works", done.stdout + done.stderr)

    def test_wrong_usage_is_told(self) -> None:
        for words, said in (
                (["probed.yaml"], "--prometheus or --results is missing"),
                (["--results", "x"], "an OpenSLO file is missing"),
                (["probed.yaml", "--results", "x", "--override", "why"], "--freeze"),
                (["probed.yaml", "--results", "x", "--freeze", "--override", " "], "a reason"),
                (["probed.yaml", "--results", "x", "--freeze"], "--prometheus is missing"),
                (["probed.yaml", "--results", "x", "--margin", "1%"], "give one"),
                (["probed.yaml", "--results", "x", "--since", "5"], "a window of its own"),
                (["probed.yaml", "--prometheus", "http://127.0.0.1:1", "--baseline", "x"],
                 "give that too"),
                (["plan", "probed.yaml", "--rate", "often"], "no number of events a second"),
                (["plan", "probed.yaml"], "--rate is missing")):
            with self.subTest(words=words):
                done = self.gate(*words)
                self.assertEqual(64, done.returncode, done.stdout + done.stderr)
                self.assertIn(said, done.stderr)

    def test_a_prometheus_that_is_away_is_69(self) -> None:
        done = self.gate("seen.yaml", "--prometheus", "http://127.0.0.1:1")
        self.assertEqual(69, done.returncode, done.stdout + done.stderr)

    def test_a_plan_says_what_it_takes(self) -> None:
        done = self.gate("plan", "probed.yaml", "--rate", "600/m", "--errors", "5%", "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        plan = json.loads(done.stdout)
        self.assertEqual(320, plan["clean_events"])
        self.assertEqual(32, plan["objectives"][0]["clean_seconds"])
        self.assertGreater(plan["objectives"][0]["expected"]["fail"], 0.95)


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
