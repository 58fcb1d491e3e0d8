#!/usr/bin/env python3
"""The OpenAPI document is true: every path, method and status that it names is provoked on real
servers, and each answer is held against its headers and schemas.

Exit codes: 0 all well, 1 not, 77 without the packages of tools/python or a server program.
"""

import argparse
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from stack import Skip, Stack

try:
    import jsonschema  # noqa: F401 - whether they are there
    import openapi_spec_validator  # noqa: F401
except ModuleNotFoundError as missing:
    print(f"skipped: the Python package {missing.name} is not installed (tools/python)")
    sys.exit(77)

import contract_gone
import contract_limits
import contract_messages
import contract_reads
import contract_writes
from contract_calls import Contract, exchange
from contract_document import Document

MOST_SHOWN = 20  # problems of one scenario
SCENARIOS: list[Callable[[Contract, Stack], None]] = [
    contract_reads.is_valid_itself,
    contract_reads.serves_its_documents,
    contract_reads.lists_page_by_page,
    contract_reads.filters_lists,
    contract_reads.refuses_parameters,
    contract_reads.reads_conditionally,
    contract_reads.knows_what_has_no_score,
    contract_writes.refuses_who_may_not_write,
    contract_writes.refuses_bodies,
    contract_writes.sets_a_score,
    contract_writes.sets_many_scores_or_none,
    contract_messages.stores_messages,
    contract_messages.refuses_topics,
    contract_messages.repeats_by_key,
    contract_messages.knows_what_is_pending,
    contract_messages.tells_why_it_gave_up,
    contract_limits.limits_every_request,
    contract_limits.takes_what_the_limits_allow,
    contract_limits.knows_its_paths_and_methods,
    contract_limits.answers_head_like_get,
    contract_gone.answers_without_postgresql,
    contract_gone.answers_without_redis,
]


def run(contract: Contract, stack: Stack) -> int:
    failed = 0
    for scenario in SCENARIOS:
        name = scenario.__name__.replace("_", " ")
        contract.problems = []
        try:
            scenario(contract, stack)
        except Exception:  # what a later one finds is worth knowing all the same
            contract.problems.append(traceback.format_exc())
        print(f"{'FAILED' if contract.problems else 'ok'}: {name}", flush=True)
        for problem in contract.problems[:MOST_SHOWN]:
            print(f"  {problem}")
        if len(contract.problems) > MOST_SHOWN:
            print(f"  and {len(contract.problems) - MOST_SHOWN} more")
        failed += bool(contract.problems)
    unseen = contract.unseen()
    for missing in unseen:
        print(f"never seen: {missing}")
    print(
        f"{contract.requests} requests, {len(contract.seen)} kinds of answers seen, {len(unseen)} "
        f"documented ones not; {len(SCENARIOS) - failed} passed, {failed} failed"
    )
    return 1 if failed or unseen else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    asked = parser.parse_args()
    # Answers become stale within the test's patience.
    with Stack(asked.programs, options={"securities": {"cache": {"fresh": "2s"}}}) as stack:
        document = Document(exchange(stack.base, "GET", "/openapi.json", {}).body)
        return run(Contract(stack.base, stack.token, document), stack)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
