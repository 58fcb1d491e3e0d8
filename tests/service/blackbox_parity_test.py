#!/usr/bin/env python3
"""The stand-in for blackbox_exporter beside the real one: the same targets by the same file, good and
broken, give the same families, labels and values, timings aside. The table is in blackbox_cases.py.

Exit codes: 0 all well, 1 not, 77 without the real one or openssl.
"""

import difflib
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from blackbox_cases import modules, targets
from blackbox_servers import Certificates, Exporter, Lines, Names, Web
from servers import free_port, tool
from sidecars import SidecarTest, fetch, run_tests

# Timings: their values differ, whether they are zero does not (but where something went wrong).
TIMINGS = {"probe_duration_seconds", "probe_dns_lookup_time_seconds",
           "probe_http_duration_seconds", "probe_dns_duration_seconds"}


class Place:
    """All servers, and the ports that the table speaks of."""

    def __init__(self, directory: Path):
        self.certificates = Certificates(directory)
        self.lines = Lines(self.certificates)
        self.names = Names(self.certificates)
        plain = Web()
        self.web, self.web6 = plain.port, Web(socket.AF_INET6).port
        secure = self._tls("good")
        self.tls = secure.port
        plain.other, secure.other = (f"https://127.0.0.1:{self.tls}",
                                     f"http://127.0.0.1:{self.web}")
        self.expired, self.wrong = self._tls("expired").port, self._tls("wrong").port
        self.selfsigned, self.deep = self._tls("selfsigned").port, self._tls("deep").port
        mutual = self.certificates.server("good")
        mutual.load_verify_locations(self.certificates.path("ca.crt"))
        mutual.verify_mode = ssl.CERT_REQUIRED
        self.mutual = Web(tls=mutual).port
        old = self.certificates.server("good")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        self.tls12 = Web(tls=old).port
        self.closed = free_port()

    def _tls(self, name: str) -> Web:
        return Web(tls=self.certificates.server(name))


@dataclass
class Answer:
    """An exposition, taken apart."""

    heads: list[str]  # the comment lines, in order
    samples: dict[str, float]  # by name and labels

    @staticmethod
    def of(text: str) -> "Answer":
        lines = text.splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return Answer([line for line in lines if line.startswith("#")],
                      {name: float(value) for name, value in pairs})


def family(sample: str) -> str:
    return sample.partition("{")[0]


class Parity(SidecarTest):
    stack_of_class: ExitStack

    @classmethod
    def setUpClass(cls) -> None:
        real = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter")
        if not real:
            raise unittest.SkipTest("prometheus-blackbox-exporter is not installed")
        tool("openssl")
        cls.stack_of_class = ExitStack()
        cls.addClassCleanup(cls.stack_of_class.close)
        folder = Path(cls.stack_of_class.enter_context(
            tempfile.TemporaryDirectory(prefix="remora-", ignore_cleanup_errors=True)))
        spawner = cls.stack_of_class.enter_context(ThreadPoolExecutor(1))
        cls.here = Place(folder)
        cls.config = folder / "blackbox.yml"
        cls.config.write_text(json.dumps({"modules": modules(cls.here)}))
        ours = folder / "remora-probe"
        shutil.copy2(cls.programs / "remora-probe", ours)
        cls.real = cls._begin("real", [real], spawner)
        cls.ours = cls._begin("ours", [str(ours), "serve"], spawner)

    @classmethod
    def _begin(cls, name: str, words: list[str], spawner: ThreadPoolExecutor) -> Exporter:
        exporter = Exporter(name, words, cls.config, spawner)
        cls.stack_of_class.callback(exporter.kill)
        exporter.start()
        return exporter

    def test_the_table(self) -> None:
        cases = targets(self.here)
        self.assertGreaterEqual(len(cases), 30)
        self.assertEqual(len({c.name for c in cases}), len(cases))
        for case in cases:
            with self.subTest(case.name):
                self.compare(case)

    def compare(self, case) -> None:
        asked = {"target": case.target, "module": case.module, **case.parameters}
        if not case.module:
            del asked["module"]
        (real_status, real_text), (our_status, our_text) = (
            exporter.ask("/probe", **asked) for exporter in (self.real, self.ours))
        self.assertEqual((real_status, our_status), (200, 200), our_text)
        real, ours = Answer.of(real_text), Answer.of(our_text)
        debug = self.ours.ask("/probe", debug="true", **asked)[1]
        what = f"\n{debug}\nthe real one:\n{real_text}"
        self.assertEqual(real.samples["probe_success"], float(case.success),
                         "the table is wrong" + what)
        differ = case.may_differ

        def kept(head: str) -> bool:
            return head.split()[2] not in differ

        self.assertEqual([h for h in ours.heads if kept(h)], [h for h in real.heads if kept(h)],
                         what)
        mine, theirs = ({s: v for s, v in a.samples.items()
                         if s not in differ and family(s) not in differ} for a in (ours, real))
        self.assertEqual(list(mine), list(theirs), what)
        for sample, value in theirs.items():
            if family(sample) not in TIMINGS:
                self.assertEqual(mine[sample], value, sample + what)
            else:
                self.assertEqual(mine[sample] > 0, value > 0, sample + what)

    def test_requests_that_are_refused(self) -> None:
        for path, parameters in (("/probe", {}), ("/probe", {"target": ""}),
                                 ("/probe", {"target": "x", "module": "nope"}),
                                 ("/logs", {"id": "999999"}), ("/logs", {"id": "x"})):
            with self.subTest(path=path, **parameters):
                self.assertEqual(self.ours.ask(path, **parameters),
                                 self.real.ask(path, **parameters))
        for exporter in (self.real, self.ours):
            self.assertEqual(fetch(f"http://127.0.0.1:{exporter.port}/-/reload")[0], 405)
            self.assertEqual(exporter.ask("/-/healthy"), (200, "Healthy"))

    def test_modules_are_shown_alike(self) -> None:
        """`/config` and the end of the debug output, but for keys that only one of them has."""
        def lines(text: str) -> list[str]:
            # min_version is shown as TLS's own number by the real one, which cannot read that.
            return [line for line in text.splitlines()
                    if line.strip() and "min_version:" not in line]

        self.maxDiff = None
        shown = [lines(exporter.ask("/config")[1]) for exporter in (self.ours, self.real)]
        different = "\n".join(difflib.unified_diff(*shown, "ours", "theirs", lineterm=""))
        self.assertFalse(different, different)
        for module in ("http_2xx", "body", "basic", "smtp", "records"):
            asked = {"target": f"127.0.0.1:{self.here.closed}", "module": module, "debug": "true"}
            shown = [exporter.ask("/probe", **asked)[1].partition("Module configuration:\n")[2]
                     for exporter in (self.ours, self.real)]
            self.assertEqual(*map(lines, shown))

    def test_debug_output_has_the_same_parts(self) -> None:
        asked = {"target": f"127.0.0.1:{self.here.web}", "module": "http_2xx", "debug": "true"}
        heads = re.compile(r"^(Logs for the probe:|Metrics that would have been returned:|"
                           r"Module configuration:)$", re.MULTILINE)
        parts = [heads.findall(exporter.ask("/probe", **asked)[1])
                 for exporter in (self.ours, self.real)]
        self.assertEqual(parts[0], parts[1])
        messages = [re.findall(r' msg=("[^"]*"|\S+)', exporter.ask("/probe", **asked)[1])
                    for exporter in (self.ours, self.real)]
        only_theirs = set(messages[1]) - set(messages[0])
        self.assertLessEqual(only_theirs, {'"Response timings for roundtrip"'})

    def test_metrics_of_the_exporter_itself(self) -> None:
        def named(exporter: Exporter, name: str) -> list[str]:
            return [line for line in exporter.ask("/metrics")[1].splitlines()
                    if re.match(rf"(# \w+ )?{name}\b", line)]

        for name in ("blackbox_exporter_config_last_reload_successful",
                     "blackbox_module_unknown_total"):
            before = [named(exporter, name) for exporter in (self.ours, self.real)]
            self.assertEqual(sorted(before[0][:2]), sorted(before[1][:2]))
            self.assertEqual(len(before[0]), 3)

    def test_a_broken_reload_changes_nothing(self) -> None:
        good = self.config.read_text()
        self.addCleanup(self.config.write_text, good)
        probe = {"target": f"127.0.0.1:{self.here.web}", "module": "http_2xx"}
        for exporter in (self.real, self.ours):
            self.config.write_text("modules: {broken: {prober: http, http: {methd: GET}}}")
            url = f"http://127.0.0.1:{exporter.port}/-/reload"
            status, text = fetch(url, method="POST")
            self.assertEqual(status, 500)
            self.assertIn("methd", text)
            self.assertIn("probe_success 1", exporter.ask("/probe", **probe)[1])
            metric = "blackbox_exporter_config_last_reload_successful"
            self.assertIn(f"\n{metric} 0\n", exporter.ask("/metrics")[1])
            self.config.write_text(good)
            self.assertEqual(fetch(url, method="POST")[0], 200)
            self.assertIn(f"\n{metric} 1\n", exporter.ask("/metrics")[1])

    def test_both_accept_the_file(self) -> None:
        for words in (self.real.command(), self.ours.command()):
            done = subprocess.run([*words, "--config.check"], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
