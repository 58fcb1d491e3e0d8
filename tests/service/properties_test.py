#!/usr/bin/env python3
"""Requests made from the OpenAPI document, good and bad ones, single and in sequences: no answer is
a server error, none is one that the document does not allow, no bad request is taken, no good one
refused. Schemathesis makes and judges them.

Exit codes: 0 all well, 1 not, 77 without the packages of tools/python or a server program.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from client import Client
from stack import Skip, Stack

try:
    import schemathesis.cli  # noqa: F401 - whether it is there
except ModuleNotFoundError as missing:
    print(f"skipped: the Python package {missing.name} is not installed (tools/python)")
    sys.exit(77)

HERE = Path(__file__).resolve().parent
MOST_SECONDS = 240


def command(document: Path, report: Path, base: str, seed: int, examples: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(HERE / "properties.toml"),
        "--no-color",
        "run",
        str(document),
        "--url",
        base,
        "--checks",
        "all",
        "--seed",
        str(seed),
        "--max-examples",
        str(examples),
        "--generation-database",
        "none",
        "--request-timeout",
        "30",
        "--continue-on-failure",
        "--warnings",
        "off",
        "--report",
        "ndjson",
        "--report-ndjson-path",
        str(report),
    ]


def tested(report: Path) -> Counter[str]:
    """How many requests Schemathesis made for each operation ("GET /v1/securities")."""
    requests: Counter[str] = Counter()
    for line in report.read_text(encoding="utf-8").splitlines():
        for event in json.loads(line).values():
            recorder = event.get("recorder", {})
            requests[recorder.get("label")] += len(recorder.get("cases", ()))
    return requests


def run(stack: Stack, seed: int, examples: int) -> int:
    with Client(stack.base) as client:
        served = client.get("/openapi.json")
    # From a file: Schemathesis would leave out the operation that it read its document from.
    document, report = stack.directory / "openapi.json", stack.directory / "properties.ndjson"
    document.write_bytes(served.body)
    environment = os.environ | {
        "REMORA_TOKEN": stack.token,
        "PYTHONPATH": str(HERE),
        "SCHEMATHESIS_HOOKS": "properties_hooks",
    }
    words = command(document, report, stack.base, seed, examples)
    with (stack.directory / "properties.log").open("w+", encoding="utf-8") as log:
        try:
            code = subprocess.call(
                words,
                env=environment,
                cwd=stack.directory,
                stdout=log,
                stderr=log,
                timeout=MOST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            print(f"FAILED: not done within {MOST_SECONDS} s")
            code = 1
        log.seek(0)
        for line in log:
            print(line.rstrip()[:1000])  # bodies of a thousand rows tell nothing more
    if not report.exists():
        return 1
    wanted = {
        f"{method.upper()} {path}"
        for path, item in served.json["paths"].items()
        for method in item
        if method != "parameters"
    }
    requests = tested(report)
    print("\n".join(f"{requests[name]:5} {name}" for name in sorted(wanted)))
    if left_out := [name for name in sorted(wanted) if not requests[name]]:
        print(f"never tested: {', '.join(left_out)}")
        return 1
    return 0 if code == 0 else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--examples", type=int, default=250, help="most requests an operation")
    asked = parser.parse_args()
    print(f"seed {asked.seed}, at most {asked.examples} examples an operation", flush=True)
    with Stack(asked.programs) as stack:
        return run(stack, asked.seed, asked.examples)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
