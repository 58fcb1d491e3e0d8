"""The rows of the sidecar: what they are made of, and that the configurations are accepted."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import rows_sidecar
from micro import NS, read
from processes import memory_of
from programs import program
from proxied import Place
from sidecar import Sidecar


class Rows(unittest.TestCase):
    def test_have_names_of_their_own(self):
        names = [row.name for c in rows_sidecar.COMPARISONS for row in c.rows]
        self.assertEqual(len(names), len(set(names)))

    def test_have_the_bounds_that_are_promised(self):
        bounds = {row.name: row.bound for c in rows_sidecar.COMPARISONS for row in c.rows}
        for name, bound in (
            ("CPU per proxied request, sidecar / nginx", 0.90),
            ("user CPU per proxied request, sidecar / nginx", 0.75),
            ("CPU per proxied request, sidecar / haproxy", 0.85),
            ("CPU per request with access log, sidecar / nginx", 1.10),
            ("CPU per request with TLS, sidecar / nginx", 1.0),
            ("p99 from the intended start, sidecar / nginx", 1.10),
            ("memory of an idle connection", 3),
            ("memory of an idle TLS connection, sidecar / nginx", 1.2),
            ("growth with a second thread, sidecar / nginx", 1.05),
            ("clock reads of a proxied request", 6),
        ):
            self.assertEqual(bounds[name], bound, name)


class Configurations(unittest.TestCase):
    def check(self, side: Sidecar) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "sidecar.yaml"
            file.write_text(side.configuration(Place(1024, 1025, Path(directory), 0)))
            return subprocess.run([program("remora-sidecar"), "--config", str(file),
                                   "--check-config"], capture_output=True, text=True)

    def test_are_accepted(self):
        certificate = (Path("certificate.pem"), Path("key.pem"))
        for side in (Sidecar(), Sidecar(workers=2), Sidecar(sample_ratio=0),
                     Sidecar(access_log=True), Sidecar(certificate=certificate)):
            done = self.check(side)
            self.assertEqual(done.returncode, 0, done.stderr)


class Micro(unittest.TestCase):
    def test_takes_the_cpu_time_in_nanoseconds(self):
        output = json.dumps({"benchmarks": [
            {"name": "other", "cpu_time": 1, "time_unit": "ns"},
            {"name": "expose", "cpu_time": 0.5, "time_unit": "ms"}]})
        self.assertEqual(read(output, "expose").also[NS], 500_000)

    def test_says_which_benchmark_is_not_there(self):
        with self.assertRaisesRegex(RuntimeError, "no benchmark 'gone'"):
            read('{"benchmarks": []}', "gone")


class Memory(unittest.TestCase):
    def test_is_told_of_processes_that_live(self):
        self.assertGreater(memory_of(os.getpid(), "VmHWM"), 1000)
        with self.assertRaises(RuntimeError):
            memory_of(os.getpid(), "VmNothing")


if __name__ == "__main__":
    unittest.main()
