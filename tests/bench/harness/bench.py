"""./dev bench NAME: measures ours against a peer, side by side, and says what came out.

Exit codes: 0 every row is ok, 1 a row is short, 2 a row is unclear, 64 usage, 69 not all of them
could be measured.
"""

import argparse
import importlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from comparison import Comparison, Cores, Finding, judge, measure_pairs
from load import LoadFailed
from table import conditions, summary, table

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
    problems: list[str] = []
    for comparison in chosen(options):
        if options.seconds:
            comparison = replace(comparison, seconds=options.seconds)
        count = min(options.pairs, comparison.most or options.pairs)
        try:
            pairs = measure_pairs(comparison, count, cores)
            found = [judge(row, pairs) for row in comparison.rows]
        except (RuntimeError, LoadFailed) as problem:
            problems += [f"{row.name}: {problem}" for row in comparison.rows]
            print(f"cannot measure: {problem}", file=sys.stderr, flush=True)
            continue
        print("\n".join(["", *table(comparison, pairs, found), *conditions(comparison, pairs)]),
              flush=True)
        findings += found
    print("\n".join(["", *summary(findings)]))
    for problem in problems:
        print(f"./dev bench: cannot measure {problem}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps([f.as_json() for f in findings], indent=2) + "\n")
    verdicts = {f.verdict for f in findings}
    if problems:
        return EXIT_UNAVAILABLE
    return 1 if "short" in verdicts else 2 if "unclear" in verdicts else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RuntimeError, LoadFailed) as problem:
        print(f"./dev bench: {problem}", file=sys.stderr)
        sys.exit(EXIT_UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(130)
