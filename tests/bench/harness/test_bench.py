"""What the program says and returns when something cannot be measured."""

import io
import json
import sys
import tempfile
import types
import unittest
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import bench
from comparison import Comparison, Measurement, Row, Setting, Sides
from processes import Cpu


def comparison(name: str, cpu: float) -> Comparison:
    """Ours is `cpu` times the peer's, or cannot be measured where it is 0."""

    @contextmanager
    def opened(_: Setting):
        if not cpu:
            raise RuntimeError("it is not built")
        yield Sides(lambda: Measurement(Cpu(cpu, 0), 1, 1), lambda: Measurement(Cpu(1, 0), 1, 1))

    row = Row(name, "µs", 1.0, lambda m: m.us_per_request(m.cpu.total))
    return Comparison(open=opened, rows=(row,), peer_name="peer")


class Main(unittest.TestCase):
    def run_rows(self, *rows: Comparison) -> tuple[int, str, str, list]:
        module = types.ModuleType("rows_sidecar")
        module.COMPARISONS = list(rows)
        before = sys.modules.get("rows_sidecar")
        sys.modules["rows_sidecar"] = module
        try:
            with (tempfile.TemporaryDirectory() as directory,
                  redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err):
                file = Path(directory) / "found.json"
                code = bench.main(["sidecar", "--pairs", "2", "--json", str(file)])
                return code, out.getvalue(), err.getvalue(), json.loads(file.read_text())
        finally:
            if before is None:
                del sys.modules["rows_sidecar"]
            else:
                sys.modules["rows_sidecar"] = before

    def test_measures_the_others_and_names_what_it_could_not(self):
        code, out, err, found = self.run_rows(comparison("gone", 0), comparison("good", 0.5))
        self.assertEqual(code, bench.EXIT_UNAVAILABLE)
        self.assertIn("cannot measure gone: it is not built", err)
        self.assertEqual([(f["row"], f["verdict"]) for f in found], [("good", "ok")])
        self.assertEqual(sum(line.startswith("good ") for line in out.splitlines()), 2)

    def test_says_by_its_exit_code_that_a_row_is_short(self):
        self.assertEqual(self.run_rows(comparison("a", 0.5), comparison("b", 2))[0], 1)
        self.assertEqual(self.run_rows(comparison("a", 0.5))[0], 0)


if __name__ == "__main__":
    unittest.main()
