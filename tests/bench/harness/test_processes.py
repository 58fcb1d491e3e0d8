"""What processes are charged with: CPU time of ended children too, and each call of fsync."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from fsyncs import FsyncCounter
from processes import cpu_of, pin


class CpuTime(unittest.TestCase):
    def test_includes_children_that_have_ended(self):
        burn = "import os\nwhile sum(os.times()[:2]) < 0.3: pass"
        parent = "import subprocess, sys\n"
        parent += f"subprocess.run([sys.executable, '-c', {burn!r}])\nprint('ended', flush=True)\n"
        with subprocess.Popen([sys.executable, "-c", parent + "input()"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"ended\n")
            self.assertGreaterEqual(cpu_of(process.pid).total, 0.28)
            process.communicate(b"\n")

    def test_refuses_a_core_that_is_not_there(self):
        with self.assertRaises((OSError, RuntimeError)):
            pin(os.getpid(), 4095)

    def test_moves_a_process_to_the_core(self):
        core = min(os.sched_getaffinity(0))
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            pin(process.pid, core)
            self.assertEqual(os.sched_getaffinity(process.pid), {core})
            process.communicate(b"\n")


class Fsyncs(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.counter = FsyncCounter(self.directory)

    def sync(self, times: int) -> None:
        code = f"import os\nf = os.open('file', os.O_CREAT | os.O_WRONLY)\nfor _ in range({times}):"
        code += " os.fsync(f); os.fdatasync(f)"
        subprocess.run([sys.executable, "-c", code], cwd=self.directory, check=True)

    def test_are_counted_exactly_and_of_both_kinds(self):
        with self.counter.preloaded():
            self.sync(21)
        self.assertEqual(self.counter.count, 42)

    def test_are_counted_of_what_started_inside_the_block_only(self):
        self.sync(3)
        with self.counter.preloaded():
            pass
        self.sync(3)
        self.assertEqual(self.counter.count, 0)
        self.assertNotIn("REMORA_FSYNC_COUNTER", os.environ)


if __name__ == "__main__":
    unittest.main()
