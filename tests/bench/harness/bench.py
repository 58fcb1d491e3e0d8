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
from statistics import median

from comparison import (
    Comparison, Cores, Finding, Measurement, Pairs, Row, judge, measure_pairs,
)
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
    parser.add_argument("--only", default="", metavar="WORD", help="rows whose name contains WORD")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def choose_cores() -> Cores:
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        print("one core only: the load shares it, the figures are rough", file=sys.stderr)
    return Cores(side=usable[-1], load=usable[0])


def apart(measurements: list[Measurement], row: Row, figure: float) -> str:
    """The row's figure, then user and system CPU in µs a request (medians) if it is one of CPU."""
    if row.unit != "µs":
        return f"{figure:7.2f}  {row.unit:15}"
    middle = sorted(measurements, key=lambda m: m.us_per_request(m.cpu.total))
    m = middle[len(middle) // 2]
    user, system = m.us_per_request(m.cpu.user), m.us_per_request(m.cpu.system)
    return f"{figure:7.2f}  ({user:5.2f} + {system:5.2f})"


def print_table(comparison: Comparison, pairs: Pairs, findings: list[Finding]) -> None:
    width = max(len(f.row.name) for f in findings)
    peer = comparison.peer_name
    if pairs.peer:
        print(f"\n{'':{width}}  {'ours':>7}  {'(user + system)':15}  {peer:>7}  "
              f"{'(user + system)':15}  ratio  {'95 % interval':15}  bound  verdict")
        for f in findings:
            interval = f"{f.held.low:.3f} to {f.held.high:.3f}"
            print(f"{f.row.name:{width}}  {apart(pairs.ours, f.row, f.ours)}  "
                  f"{apart(pairs.peer, f.row, f.peer)}  {f.held.median:.3f}  {interval:15}  "
                  f"{f.row.bound:5.2f}  {f.verdict}")
    else:
        print(f"\n{'':{width}}  {'ours':>7}  {'95 % interval':17}  {'bound':>7}  verdict")
        for f in findings:
            interval = f"{f.held.low:.0f} to {f.held.high:.0f}"
            print(f"{f.row.name:{width}}  {f.ours:7.0f}  {interval:17}  {f.row.bound:7.0f}  "
                  f"{f.verdict}")
    print_conditions(comparison, pairs)


def print_conditions(comparison: Comparison, pairs: Pairs) -> None:
    for name, measured in (("ours", pairs.ours), (comparison.peer_name, pairs.peer)):
        figures = [f"{median(m.also[key] for m in measured):.2f} {key}"
                   for key in (measured[0].also if measured else ())]
        if figures:
            print(f"{name}: {', '.join(figures)}")
    counted = f"{len(pairs.ours)} measurements"
    if pairs.peer:
        counted = f"{len(pairs.ours)} alternating pairs of {comparison.seconds:g} s"
    print("; ".join(filter(None, [counted, comparison.note, pairs.note])))


def chosen(options: argparse.Namespace) -> list[Comparison]:
    """The comparisons with the rows that were asked for; ends the program when there are none."""
    found = []
    for comparison in importlib.import_module(f"rows_{options.name}").COMPARISONS:
        rows = tuple(row for row in comparison.rows if options.only in row.name)
        if rows:
            found.append(replace(comparison, rows=rows))
    if not found:
        print(f"./dev bench: no row's name contains '{options.only}'", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    return found


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options = parse(arguments)
    cores = choose_cores()
    findings: list[Finding] = []
    for comparison in chosen(options):
        if options.seconds:
            comparison = replace(comparison, seconds=options.seconds)
        count = min(options.pairs, comparison.most or options.pairs)
        pairs = measure_pairs(comparison, count, cores)
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
