"""Clock reads and allocations of a process are counted exactly."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from calls import Calls

PROGRAM = """
#include <stdlib.h>
#include <time.h>
int main(int count, char **arguments) {
  struct timespec at;
  void *volatile kept;
  for (int i = 0; i < atoi(arguments[1]); ++i) clock_gettime(CLOCK_MONOTONIC, &at);
  for (int i = 0; i < atoi(arguments[2]); ++i) {
    kept = malloc(10);
    kept = realloc(kept, 100);
    free(kept);
    kept = calloc(2, 10);
    free(kept);
    kept = aligned_alloc(64, 128);
    free(kept);
  }
  return 0;
}
"""


class Counting(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        source, self.program = self.directory / "some.c", self.directory / "some"
        source.write_text(PROGRAM)
        subprocess.run(["g++", "-x", "c", "-O0", str(source), "-o", str(self.program)], check=True)

    def counted(self, clocks: int, rounds: int) -> list[int]:
        calls = Calls(self.directory)
        with calls.preloaded():
            subprocess.run([self.program, str(clocks), str(rounds)], check=True)
        return calls.counts

    def test_tells_clock_reads_and_allocations_apart(self):
        nothing = self.counted(0, 0)
        clocks, allocations = (a - b for a, b in zip(self.counted(7, 5), nothing))
        self.assertEqual((clocks, allocations), (7, 20))

    def test_leaves_alone_what_starts_outside_the_block(self):
        calls = Calls(self.directory)
        subprocess.run([self.program, "3", "3"], check=True)
        self.assertEqual(calls.counts, [0, 0])


if __name__ == "__main__":
    unittest.main()
