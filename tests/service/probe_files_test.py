#!/usr/bin/env python3
"""What the probe says about broken files (tests/broken): exactly the messages that are written down
there, with --check-config and on a reload, which then changes nothing: schedules, accounts, series and
what is shown of the configuration go on as they were.

`--write` writes the messages down anew. Exit codes: 0 all well, 1 not.
"""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

import broken_files
from broken_files import Place
from probes import Probe, Runs
from servers import wait_until
from sidecars import SidecarTest, run_tests

KINDS = ("scenario", "config")


class ServedPlace(Probe):
    """`remora-probe serve` with the files of a place."""

    def __init__(self, place: Place, runs: Runs, spawner):
        super().__init__(place.folder.parent, runs.program.parent, {}, {}, spawner)
        self.config_file = place.config_file
        place.config["admin"] = {"listen": f"127.0.0.1:{self.port}"}
        place.mend()

    def command(self) -> list[str]:
        return [str(self.program), "serve", "--config", str(self.config_file)]


def series(text: str) -> list[str]:
    """The names and labels of the probe's own series."""
    return [line.rsplit(" ", 1)[0] for line in text.splitlines() if line.startswith("remora_probe")]


class ProbeFilesTest(SidecarTest):
    write = False

    def setUp(self) -> None:
        super().setUp()
        self.runs = Runs(self.directory, self.programs)
        self.app = self.begin(self.application())
        self.place = Place(self.directory / "place",
                           {"targets": {"base": f"http://127.0.0.1:{self.app.port}"},
                            "secrets": {"token": "${HOME}"}})

    def check(self, *words: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run([self.runs.program, *words, "--check-config"], capture_output=True,
                              text=True, timeout=60, check=False)

    def said_of(self, kind: str, file: Path) -> list[str]:
        self.place.break_it(kind, file)
        done = self.check("serve", "--config", self.place.config_file)
        self.place.mend()
        self.assertEqual(done.returncode, 65, f"{file.name} {done.stdout}{done.stderr}")
        self.assertEqual(done.stdout, "")
        return self.place.said(kind, file, done.stderr)

    def test_good_files_are_said_to_be(self) -> None:
        done = self.check("serve", "--config", self.place.config_file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("ok", done.stdout)

    def test_every_broken_file_is_told_with_all_its_problems(self) -> None:
        for kind in KINDS:
            said = {file.name: self.said_of(kind, file) for file in broken_files.files(kind)}
            if self.write:
                broken_files.write_messages(kind, said)
            expected = broken_files.messages(kind)
            self.assertEqual(set(said), set(expected))
            for name, lines in said.items():
                with self.subTest(f"{kind}/{name}"):
                    self.assertEqual(lines, expected[name])
        self.assertGreaterEqual(sum(len(broken_files.files(kind)) for kind in KINDS), 40)

    def test_run_says_the_same_of_a_scenario(self) -> None:
        expected = broken_files.messages("scenario")
        for file in broken_files.files("scenario"):
            with self.subTest(file.name):
                done = self.check("run", file, "--config", self.place.config_file)
                self.assertEqual(done.returncode, 65)
                lines = done.stderr.replace(f"{file.parent}/", "").splitlines()
                # A load is for `run` alone, and that is all that `serve` says besides.
                also = [line for line in expected[file.name] if "serve does not run" not in line]
                self.assertEqual(lines, also)

    def test_a_broken_reload_changes_nothing(self) -> None:
        probe = self.begin(ServedPlace(self.place, self.runs, self.spawner))
        passed = ("remora_probe_runs_total", {"scenario": "good", "outcome": "passed"})

        def runs() -> float:
            return probe.metric(passed[0], **passed[1]) or 0
        wait_until(lambda: runs() >= 3, what="runs")
        loaded = "remora_probe_config_last_reload_success_timestamp_seconds"
        timestamp = probe.metric(loaded)
        before, shown = series(probe.get("/metrics")[1]), probe.get("/config")[1]
        last = runs()
        for kind in KINDS:
            for file in broken_files.files(kind):
                with self.subTest(f"{kind}/{file.name}"):
                    self.place.break_it(kind, file)
                    status, body = probe.post("/-/reload")
                    self.place.mend()
                    self.assertEqual(status, 500)
                    self.assertEqual(self.place.said(kind, file, body),
                                     broken_files.messages(kind)[file.name])
                    text = probe.get("/metrics")[1]
                    self.assertEqual(series(text), before)
                    self.assertEqual(probe.metric("remora_probe_config_last_reload_successful"), 0)
                    self.assertEqual(probe.metric(loaded), timestamp)
                    self.assertEqual(probe.get("/config")[1], shown)
                    self.assertGreaterEqual(runs(), last, "the account went on")
                    last = runs()
        wait_until(lambda: runs() > last, what="more runs")
        self.assert_whole_account(probe)
        # A good file is taken, and the scenario that did not change keeps its account.
        self.assertEqual(probe.post("/-/reload"), (200, "reloaded\n"))
        self.assertEqual(probe.metric("remora_probe_config_last_reload_successful"), 1)
        self.assertGreater(probe.metric(loaded), timestamp)
        self.assertGreaterEqual(runs(), last)
        self.assertEqual(series(probe.get("/metrics")[1]), before)

    def assert_whole_account(self, probe: Probe) -> None:
        """Every intended start since the first came, none twice, and all of them ran."""
        value = {name: probe.metric(f"remora_probe_{name}", scenario="good")
                 for name in ("scheduled_total", "runs_total", "missed_total", "running")}
        self.assertEqual(value["missed_total"], 0)
        self.assertLessEqual(abs(value["scheduled_total"] - value["runs_total"]), 3)

    def test_a_signal_reloads_and_a_broken_file_is_logged(self) -> None:
        probe = self.begin(ServedPlace(self.place, self.runs, self.spawner))
        file = broken_files.FOLDER / "scenario/a_misspelt_key.yaml"
        self.place.break_it("scenario", file)
        probe.signal(signal.SIGHUP)
        wait_until(lambda: probe.metric("remora_probe_config_last_reload_successful") == 0,
                   what="a reload that fails")
        wait_until(lambda: "intervall" in probe.log, what="the log line")
        self.place.mend()
        probe.signal(signal.SIGHUP)
        wait_until(lambda: probe.metric("remora_probe_config_last_reload_successful") == 1,
                   what="a reload that succeeds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--write", action="store_true", help="write the messages down anew")
    ProbeFilesTest.write = parser.parse_known_args()[0].write
    return run_tests(__name__, __doc__, parser)


if __name__ == "__main__":
    sys.exit(main())
