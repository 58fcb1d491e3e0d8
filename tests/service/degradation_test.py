#!/usr/bin/env python3
"""The states of degradation: what users are answered while a part is gone, frozen, full or not
durable, and the metric that tells operators.

Exit codes: 0 all well, 1 not, 77 without PostgreSQL or Redis.
"""

import argparse
import sys
import time
import unittest
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import degradation_messages
import degradation_stores
from degraded import StackTest
from stack import ROOT

SIDE_BY_SIDE = 3  # tests at a time: each has a stack of its own, and most of the time it waits


def all_tests(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from all_tests(entry)
        else:
            yield entry


def run(test: unittest.TestCase) -> unittest.TestResult:
    begin = time.monotonic()
    result = unittest.TestResult()
    test.run(result)
    bad = result.errors + result.failures
    verdict = "FAILED" if bad else "skipped" if result.skipped else "ok"
    output = "".join(f"\n{case}\n{text}" for case, text in bad)
    print(f"{verdict} {test.id()} {time.monotonic() - begin:.1f} s{output}", flush=True)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/bin")
    parser.add_argument("names", nargs="*", help="parts of the names of tests; all without any")
    given = parser.parse_args()
    StackTest.programs = given.programs
    loader = unittest.TestLoader()
    found = [test for module in (degradation_messages, degradation_stores)
             for test in all_tests(loader.loadTestsFromModule(module))
             if not given.names or any(name in test.id() for name in given.names)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(run, found))
    skipped = [why for result in results for _, why in result.skipped]
    failed = sum(not result.wasSuccessful() for result in results)
    print(f"{len(found)} tests, {failed} failed")
    if skipped and not failed:
        print(f"skipped: {skipped[0]}")
        return 77
    return 1 if failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
