#!/usr/bin/env python3
"""`remora-probe run` and `replay` as CI and people meet them: exit codes, reports, progress on a
terminal and off it, signals, bundles and their repetition, and that no secret is in any of it."""

import argparse
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from probed_shop import SECRET, Shop, write_files
from servers import Skip, free_port, tool, wait_until

QUIET = {"NO_COLOR": "", "TERM": "dumb"}


class ProbeRunTest(unittest.TestCase):
    programs: Path

    def setUp(self) -> None:
        self.shop = Shop()
        self.addCleanup(self.shop.close)
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.config = write_files(self.folder, self.shop.port)

    def command(self, *words: str) -> list[str]:
        return [str(self.programs / "remora-probe"), *words]

    def call(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*words), cwd=self.folder, capture_output=True, text=True, timeout=120,
            env={**os.environ, **QUIET, **environment}, check=False)

    def run_probe(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return self.call("run", "shop.yaml", "--config", "probe.yaml", *words, **environment)

    def report(self, name: str) -> str:
        return (self.folder / name).read_text()

    def results(self) -> dict:
        return json.loads(self.report("out.json"))

    # Exit codes

    def test_passes_when_all_runs_pass(self) -> None:
        done = self.run_probe("--iterations", "20", "--json", "out.json")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("PASS: all 20 runs passed", done.stdout)
        results = self.results()
        self.assertEqual(("remora-run", 1), (results["format"], results["version"]))
        self.assertEqual(20, results["ran"])
        self.assertEqual(20, results["scheduled"])

    def test_fails_when_a_run_fails(self) -> None:
        self.shop.broken = 0.2
        done = self.run_probe("--iterations", "20", "--json", "out.json")
        self.assertEqual(1, done.returncode, done.stdout)
        results = self.results()
        self.assertEqual("fail", results["verdict"])
        failure = results["scenarios"][0]["failures"][0]
        self.assertEqual(("read", "app", "status", 4),
                         tuple(failure[key] for key in ("step", "where", "why", "count")))
        self.assertIn(failure["trace_id"], done.stdout)

    def test_says_69_when_nothing_is_there(self) -> None:
        done = self.run_probe("--target", f"base=http://127.0.0.1:{free_port()}",
                              "--iterations", "3", "--json", "out.json", "--junit", "out.xml")
        self.assertEqual(69, done.returncode, done.stdout)
        self.assertIn("UNREACHABLE: no connection to any target could be made", done.stdout)
        self.assertEqual("unreachable", self.results()["verdict"])
        self.assertIn("edge/refused", self.report("out.xml"))

    def test_says_what_is_wrong_with_arguments_and_files(self) -> None:
        self.assertEqual(64, self.run_probe("--duration", "soon").returncode)
        self.assertEqual(64, self.run_probe("--label", "no value").returncode)
        self.assertEqual(64, self.run_probe("--target", "base").returncode)
        self.assertEqual(65, self.run_probe("--gate", "nowhere.yaml").returncode)
        self.assertEqual(65, self.call("run", "nowhere.yaml").returncode)

    def test_says_69_when_a_report_cannot_be_written_and_writes_the_others(self) -> None:
        done = self.run_probe("--json", "/nowhere/out.json", "--html", "out.html")
        self.assertEqual(69, done.returncode)
        self.assertIn("cannot write /nowhere/out.json", done.stderr)
        self.assertIn("<!doctype html>", self.report("out.html"))

    # The gate

    def gate(self, *words: str) -> subprocess.CompletedProcess:
        return self.run_probe("--gate", "slo.yaml", "--json", "out.json", "--junit", "out.xml",
                              "--markdown", "out.md", "--html", "out.html", *words)

    def judged_again(self) -> dict:
        """What `remora-slo gate` makes of the results file."""
        done = subprocess.run(
            [self.programs / "remora-slo", "gate", "slo.yaml", "--results", "out.json", "--json"],
            cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        verdict = json.loads(done.stdout)
        self.assertEqual(verdict["exit_code"], done.returncode)
        return verdict

    def check_gate(self, broken: float, iterations: int, code: int) -> None:
        self.shop.broken = broken
        done = self.gate("--iterations", str(iterations))
        self.assertEqual(code, done.returncode, done.stdout)
        self.assertEqual(self.results()["gate"], self.judged_again(), "both judge alike")
        for name in ("out.xml", "out.md", "out.html"):
            self.assertIn("shop-works", self.report(name))

    def test_the_gate_passes_on_enough_good_runs(self) -> None:
        self.check_gate(0, 120, 0)

    def test_the_gate_passes_with_a_failure_within_the_budget(self) -> None:
        self.check_gate(0.006, 200, 0)
        self.assertEqual(1, self.results()["failed"])
        # What CI shows is what the exit code says; the failure is told all the same.
        self.assert_junit_is_valid()
        root = xml.fromstring(self.report("out.xml"))
        self.assertEqual(0, sum(int(suite.get("failures")) for suite in root))
        shop = root.find("testsuite[@name='shop']")
        self.assertEqual("1", shop.find(
            "properties/property[@name='remora.tolerated_failures']").get("value"))
        self.assertRegex(shop.findtext("system-out"), r"read: 1 of this kind: where app, why status"
                         r"[^$]*trace_id: [0-9a-f]{32}")

    def test_the_gate_fails_on_many_bad_runs(self) -> None:
        self.check_gate(0.5, 60, 1)

    def test_the_gate_knows_too_little_after_three_runs(self) -> None:
        self.check_gate(0, 3, 2)
        suites = xml.fromstring(self.report("out.xml"))
        case = suites.find("testsuite[@name='objectives']/testcase")
        self.assertEqual("inconclusive", case.find("error").get("type"))

    def test_the_gate_may_stop_as_soon_as_it_knows(self) -> None:
        """By the method of docs/gate.md it may look after every run."""
        for broken, code in ((0, 0), (0.5, 1)):
            with self.subTest(broken=broken):
                self.shop.broken = broken
                done = self.gate("--load", "constant:50/s:60s", "--stop-when-decided")
                self.assertEqual(code, done.returncode, done.stdout)
                results = self.results()
                self.assertFalse(results["interrupted"])
                self.assertLess(results["ran"], 2000)
                self.assertEqual(results["gate"], self.judged_again(), "both judge alike")

    def test_stopping_needs_a_gate(self) -> None:
        done = self.run_probe("--stop-when-decided")
        self.assertEqual(64, done.returncode)
        self.assertIn("give --gate too", done.stderr)

    def test_a_run_beside_another(self) -> None:
        self.gate("--load", "constant:100/s:2s")
        (self.folder / "out.json").rename(self.folder / "before.json")
        for broken, code in ((0, 0), (0.5, 1)):
            self.shop.broken = broken
            self.gate("--load", "constant:100/s:2s")
            done = subprocess.run(
                [self.programs / "remora-slo", "gate", "slo.yaml", "--results", "out.json",
                 "--baseline", "before.json", "--margin", "5%", "--json=gate.json",
                 "--junit", "gate.xml", "--markdown", "gate.md"],
                cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(code, done.returncode, done.stdout + done.stderr)
            self.assertEqual(code, json.loads(self.report("gate.json"))["exit_code"])
            self.assertEqual(0.05, json.loads(self.report("gate.json"))["objectives"][0]["allowed"])
        trace = self.results()["scenarios"][0]["failures"][0]["trace_id"]
        for report in (done.stdout, *map(self.report, ("gate.json", "gate.xml", "gate.md"))):
            self.assertIn(trace, report)

    # Reports

    def assert_junit_is_valid(self) -> None:
        """As CI systems read it; without xmllint that is left to the next test's own eyes."""
        try:
            xmllint = tool("xmllint")
        except Skip as why:
            print(f"not validated: {why} (Debian package libxml2-utils)")
            return
        done = subprocess.run(
            [xmllint, "--noout", "--schema", Path(__file__).with_name("junit.xsd"),
             self.folder / "out.xml"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stderr)

    def test_the_junit_report_is_valid_by_its_schema(self) -> None:
        try:
            tool("xmllint")
        except Skip as why:
            self.skipTest(f"{why} (Debian package libxml2-utils)")
        for broken in (0, 0.3):
            self.shop.broken = broken
            self.gate("--iterations", "5", "--label", "version=<1> & more")
            self.assert_junit_is_valid()
        report = self.folder / "out.xml"
        whole = report.read_text()
        for changed in (whole.replace("<failure ", "<flop ").replace("</failure>", "</flop>"),
                        whole.replace(' type="app/status"', ""), whole.replace("system-err", "err")):
            self.assertNotEqual(whole, changed)
            report.write_text(changed)
            with self.assertRaises(AssertionError):
                self.assert_junit_is_valid()

    def test_the_junit_report_has_the_common_shape(self) -> None:
        """Elements, their order and attributes as the schemas of Ant and Jenkins have them."""
        self.shop.broken = 0.3
        self.gate("--iterations", "10", "--label", "version=<1>")
        required = {
            "testsuite": {"id", "name", "package", "hostname", "timestamp", "tests", "failures",
                          "errors", "time"},
            "testcase": {"name", "classname", "time"},
            "property": {"name", "value"},
            "failure": {"type", "message"}, "error": {"type", "message"},
        }
        root = xml.fromstring(self.report("out.xml"))
        self.assertEqual("testsuites", root.tag)
        for element in root.iter():
            self.assertLessEqual(required.get(element.tag, set()), set(element.attrib), element.tag)
        for suite in root:
            order = [child.tag for child in suite]
            self.assertEqual(["properties", *["testcase"] * (len(order) - 3), "system-out",
                              "system-err"], order)
            self.assertRegex(suite.get("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
            for case in suite.findall("testcase"):
                self.assertLessEqual(len(case), 1)
                self.assertLessEqual({child.tag for child in case}, {"failure", "error", "skipped"})
        cases = root.findall("testsuite[@name='shop']/testcase")
        self.assertEqual(["list", "read", "order"], [case.get("name") for case in cases])
        failed = cases[1].find("failure")
        self.assertEqual("app/status", failed.get("type"))
        self.assertRegex(failed.text, r"trace_id: [0-9a-f]{32}")
        self.assertGreater(float(cases[0].get("time")), 0)

    def test_markdown_names_steps_failures_and_traces(self) -> None:
        self.shop.broken = 0.3
        self.run_probe("--iterations", "10", "--markdown", "out.md", "--json", "out.json")
        text = self.report("out.md")
        trace = self.results()["scenarios"][0]["failures"][0]["trace_id"]
        self.assertIn(f"`{trace}`", text)
        self.assertRegex(text, r"\| read \| 10 \| \*\*3\*\* \|")

    # Progress

    def on_a_terminal(self, *words: str, **environment: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
        process = subprocess.Popen(
            self.command("run", "shop.yaml", "--config", "probe.yaml", *words), cwd=self.folder,
            stdin=slave, stdout=slave, stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "", **environment})
        os.close(slave)
        drawn = b""
        try:
            while chunk := os.read(master, 65536):
                drawn += chunk
        except OSError:  # the other end is closed
            pass
        os.close(master)
        return process.wait(60), drawn.decode()

    def test_progress_is_redrawn_in_place_and_gone_before_the_summary(self) -> None:
        self.shop.broken = 0.1
        code, drawn = self.on_a_terminal("--duration", "2s")
        self.assertEqual(1, code)
        self.assertGreater(len(re.findall(r"\d+% [█░]+ ", drawn)), 3)
        self.assertIn("\x1b[31mfail\x1b[0m", drawn)
        self.assertIn("\r\x1b[A\x1b[J", drawn, "two lines are taken back")
        summary = drawn.rpartition("\x1b[J")[2]
        self.assertIn("runs passed", summary)
        self.assertNotIn("█", summary)
        frames = re.split(r"\x1b\[J|\r\n", drawn)
        plain = [re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", frame).strip("\r") for frame in frames]
        self.assertLessEqual(max(len(line) for line in plain if "█" in line), 89)

    def test_progress_has_no_colour_with_no_color(self) -> None:
        _, drawn = self.on_a_terminal("--duration", "1s", NO_COLOR="1")
        self.assertIn("█", drawn)
        self.assertNotRegex(drawn, r"\x1b\[\d+m")

    def test_a_dumb_terminal_gets_plain_lines(self) -> None:
        _, drawn = self.on_a_terminal("--duration", "1s", TERM="dumb")
        self.assertNotIn("\x1b", drawn)
        self.assertRegex(drawn, r"0% 0s/1s: 0 passed")

    def test_off_a_terminal_there_are_plain_lines_on_standard_error(self) -> None:
        done = self.run_probe("--duration", "1s", TERM="xterm")
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"^0% 0s/1s: 0 passed")
        self.assertNotIn("0s/1s", done.stdout)

    def test_quiet_says_nothing(self) -> None:
        done = self.run_probe("--quiet", "--json", "out.json")
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))
        self.assertEqual("pass", self.results()["verdict"])

    # Signals

    def check_signal(self, which: int, intended: int, *words: str) -> None:
        process = subprocess.Popen(
            self.command("run", "shop.yaml", "--config", "probe.yaml", *words,
                         "--json", "out.json", "--junit", "out.xml"),
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: len(self.shop.orders) > 10, 60, "some runs")
        process.send_signal(which)
        said, _ = process.communicate(timeout=60)
        results = self.results()
        self.assertTrue(results["interrupted"])
        self.assertIn("interrupted", said)
        scenario = results["scenarios"][0]
        self.assertEqual(scenario["scheduled"], scenario["passed"] + scenario["failed"]
                         + sum(scenario["missed"].values()))
        self.assertEqual(intended, scenario["scheduled"])
        self.assertGreater(scenario["missed"]["shutdown"], intended / 2)
        self.assertEqual(2, process.returncode, "too little of what was intended took place")
        xml.fromstring(self.report("out.xml"))

    def test_sigint_ends_it_with_its_reports(self) -> None:
        self.check_signal(signal.SIGINT, 100_000, "--iterations", "100000")

    def test_sigterm_ends_it_with_its_reports(self) -> None:
        self.check_signal(signal.SIGTERM, 36_000, "--duration", "1h")

    # Bundles and replay

    def a_bundle(self, **allowed) -> Path:
        write_files(self.folder, self.shop.port, failures={"folder": "bundles", **allowed})
        self.shop.broken = 1
        self.run_probe("--iterations", "1")
        return next((self.folder / "bundles").glob("*.json"))

    def replay(self, bundle: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return self.call("replay", str(bundle), *words, **environment)

    def test_a_failed_run_leaves_a_bundle_with_nothing_that_is_not_allowed(self) -> None:
        bundle = json.loads(self.a_bundle().read_text())
        self.assertIn("customer=somebody", bundle.pop("source"), "the scenario itself is no traffic")
        text = json.dumps(bundle)
        self.assertEqual(("remora-bundle", 1), (bundle["format"], bundle["version"]))
        self.assertEqual({"localhost": "127.0.0.1"}, bundle["addresses"])
        self.assertEqual(["token"], bundle["secrets"])
        for leak in (SECRET, "somebody@example.org", "cookie-of-somebody", "refused</b>"):
            self.assertNotIn(leak, text)

    def test_a_replay_still_fails_and_then_passes_with_the_same_values(self) -> None:
        bundle = self.a_bundle()
        picked = json.loads(bundle.read_text())["variables"][0]["value"]
        again = self.replay(bundle, "--config", "probe.yaml")
        self.assertEqual(1, again.returncode, again.stdout + again.stderr)
        self.assertTrue(self.shop.paths[-1].endswith("/" + picked), "the same thing is read")
        self.shop.broken = 0
        fixed = self.replay(bundle, "--config", "probe.yaml", "--json")
        self.assertEqual(0, fixed.returncode, fixed.stdout + fixed.stderr)
        diff = json.loads(fixed.stdout)
        self.assertTrue(diff["passes_now"])
        self.assertTrue(diff["same_configuration"])
        read = diff["steps"][1]
        self.assertIn({"name": "status", "then": "500", "now": "200"}, read["values"])
        self.assertIn("wait", read["phases"])
        self.assertEqual(picked, self.shop.orders[-1]["id"])

    def test_a_replay_needs_its_secrets(self) -> None:
        bundle = self.a_bundle()
        self.shop.broken = 0
        without = self.replay(bundle)
        self.assertEqual(2, without.returncode)
        self.assertIn("secrets are missing: token (or REMORA_SECRET_TOKEN)", without.stderr)
        given = self.replay(bundle, REMORA_SECRET_TOKEN=SECRET)
        self.assertEqual(0, given.returncode, given.stdout + given.stderr)

    def test_a_replay_connects_to_the_addresses_of_then_or_to_new_ones(self) -> None:
        bundle = self.a_bundle()
        self.shop.broken = 0
        moved = json.loads(bundle.read_text())
        moved["addresses"] = {"localhost": "127.0.0.77"}  # where nobody listens
        bundle.write_text(json.dumps(moved))
        pinned = self.replay(bundle, "--config", "probe.yaml")
        self.assertEqual(1, pinned.returncode, pinned.stdout)
        self.assertIn("127.0.0.77", pinned.stdout)
        fresh = self.replay(bundle, "--config", "probe.yaml", "--address", "fresh")
        self.assertEqual(0, fresh.returncode, fresh.stdout)

    def test_a_replay_of_what_is_no_bundle_says_so(self) -> None:
        bundle = self.a_bundle()
        self.assertEqual(65, self.replay(self.config).returncode)
        self.assertEqual(65, self.replay(Path("nowhere.json")).returncode)
        self.assertEqual(64, self.replay(bundle, "--address", "guessed").returncode)
        broken = json.loads(bundle.read_text())
        broken["source"] = "name: other\n"
        bundle.write_text(json.dumps(broken))
        said = self.replay(bundle, "--config", "probe.yaml")
        self.assertEqual(65, said.returncode, said.stdout + said.stderr)

    def test_no_secret_is_in_anything_that_is_written(self) -> None:
        self.shop.broken = 0.5
        everything = {"headers": ["*"], "bodies": ["*"], "variables": ["*"], "folder": "bundles"}
        write_files(self.folder, self.shop.port, failures=everything)
        names = ["out.json", "out.xml", "out.md", "out.html"]
        options = [word for pair in zip(["--json", "--junit", "--markdown", "--html"], names)
                   for word in pair]
        done = self.run_probe("--iterations", "10", *options)
        _, drawn = self.on_a_terminal("--iterations", "10")
        said = [done.stdout, done.stderr, drawn, *(self.report(name) for name in names)]
        for bundle in (self.folder / "bundles").glob("*.json"):
            said.append(bundle.read_text())
            for form in ([], ["--json"]):
                again = self.replay(bundle, "--config", "probe.yaml", *form)
                said += [again.stdout, again.stderr]
        self.assertGreater(len(said), 10)
        for text in said:
            self.assertNotIn(SECRET, text)
            self.assertNotIn(SECRET[:10], text)
        self.assertTrue(any("Bearer <secret>" in text for text in said))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    ProbeRunTest.programs = parser.parse_args().programs.resolve()
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(ProbeRunTest)
    outcome = unittest.TextTestRunner(verbosity=2).run(tests)
    return 0 if outcome.wasSuccessful() and outcome.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
