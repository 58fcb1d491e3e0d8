"""./dev bench NAME: measures ours against a peer, side by side, and says what came out.

Exit codes: 0 every row is ok, 1 a row is short, 2 a row is unclear, 64 usage, 69 cannot measure.
"""

import argparse
import importlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from comparison import Comparison, Cores, Finding, Pairs, judge, measure_pairs
from load import LoadFailed

EXIT_USAGE, EXIT_UNAVAILABLE = 64, 69


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def parse(arguments: list[str]) -> argparse.Namespace:
    names = sorted(p.stem.removeprefix("rows_") for p in Path(__file__).parent.glob("rows_*.py"))
    parser = Arguments(prog="./dev bench")
    parser.add_argument("name", choices=names)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--pairs", type=positive, default=15, metavar="N")
    parser.add_argument("--seconds", type=positive, metavar="N", help="length of a measurement")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def choose_cores() -> Cores:
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        print("one core only: load and proxy share it, the figures are rough", file=sys.stderr)
    return Cores(side=usable[-1], load=usable[0])


def apart(measurements, finding_value: float) -> str:
    """The row's figure, then user and system CPU in µs a request (medians)."""
    middle = sorted(measurements, key=lambda m: m.us_per_request(m.cpu.total))
    m = middle[len(middle) // 2]
    user, system = m.us_per_request(m.cpu.user), m.us_per_request(m.cpu.system)
    return f"{finding_value:7.2f}  ({user:5.2f} + {system:5.2f})"


def print_table(comparison: Comparison, pairs: Pairs, findings: list[Finding]) -> None:
    width = max(len(f.row.name) for f in findings)
    peer = comparison.peer_name
    print(f"\n{'':{width}}  {'ours':>7}  {'(user + system)':15}  {peer:>7}  {'(user + system)':15}"
          f"  ratio  {'95 % interval':15}  bound  verdict")
    for f in findings:
        interval = f"{f.ratio.low:.3f} to {f.ratio.high:.3f}"
        print(f"{f.row.name:{width}}  {apart(pairs.ours, f.ours)}  {apart(pairs.peer, f.peer)}"
              f"  {f.ratio.median:.3f}  {interval:15}  {f.row.bound:5.2f}  {f.verdict}")
    print(f"{len(pairs.ours)} alternating pairs of {comparison.seconds:g} s; {comparison.note}")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options = parse(arguments)
    cores = choose_cores()
    findings: list[Finding] = []
    for comparison in importlib.import_module(f"rows_{options.name}").COMPARISONS:
        if options.seconds:
            comparison = replace(comparison, seconds=options.seconds)
        pairs = measure_pairs(comparison, options.pairs, cores)
        found = [judge(row, pairs) for row in comparison.rows]
        print_table(comparison, pairs, found)
        findings += found
    if options.json:
        options.json.write_text(json.dumps([f.as_json() for f in findings], indent=2) + "\n")
    verdicts = {f.verdict for f in findings}
    return 1 if "short" in verdicts else 2 if "unclear" in verdicts else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RuntimeError, LoadFailed) as problem:
        print(f"./dev bench: {problem}", file=sys.stderr)
        sys.exit(EXIT_UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(130)
