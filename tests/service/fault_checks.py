"""What must be true of the stack when the load has ended and everything runs again."""

import json
import time
from collections import Counter
from decimal import Decimal

from client import Client, NoAnswer
from fault_journal import SCORES, Journal
from stack import Stack, sample, wait_until

# Where the queue over Redis keeps messages: looked at directly, so that the programs' own account
# is held against something they did not compute.
PENDING_STREAM = "remora:messages"
DEAD_STREAM = "remora:messages:dead"
SETTLING = 60  # seconds for the backlog, and for caches to follow


def check_all(stack: Stack, journal: Journal) -> dict[str, int]:
    """Adds violations to the journal; returns the account of messages as counted here."""
    try:
        wait_until(lambda: pending(stack) == 0, SETTLING, "every message is stored or dead")
    except AssertionError as left:
        journal.violation(f"{left}; the worker says\n{stack.log('worker')[-2000:]}")
    rows = stack.sql("select transaction_id, topic, message from message")
    dead = dead_letters(stack)
    account = {"answered 202": len(journal.accepted), "stored": len(rows), "dead": len(dead),
               "pending": pending(stack)}
    check_rows(journal, {row[0]: (row[1], json.loads(row[2])) for row in rows})
    check_dead(journal, dead, {row[0] for row in rows})
    check_account(stack, journal, account)
    check_put_scores(journal, dict(stack.sql("select isin, value from score")))
    check_batch(stack, journal)
    check_message_scores(stack, journal)
    check_caches(stack, journal)
    return account


def pending(stack: Stack) -> int:
    return int(stack.redis_cli("XLEN", PENDING_STREAM))


def dead_letters(stack: Stack) -> list[str]:
    # redis-cli prints an entry's fields and values one a line; the messages' are compact JSON.
    lines = stack.redis_cli("XRANGE", DEAD_STREAM, "-", "+").splitlines()
    return [value for name, value in zip(lines, lines[1:]) if name == "id"]


def check_rows(journal: Journal, rows: dict[str, tuple[str, object]]) -> None:
    for transaction, sent in journal.accepted.items():
        if not sent.poison and transaction not in rows:
            journal.violation(f"transaction {transaction} was answered 202 and is not stored")
    by_content = {canonical(s.topic, s.message): s for s in journal.sent.values()}
    tags: Counter[str] = Counter()
    for transaction, (topic, message) in rows.items():
        sent = by_content.get(canonical(topic, message))
        if sent is None:
            journal.violation(f"stored, and never sent: {transaction} {topic} {message}")
            continue
        tags[sent.tag] += 1
        if journal.ids.get(sent.tag, transaction) != transaction:
            journal.violation(f"message {sent.tag} was accepted as {journal.ids[sent.tag]} "
                              f"and stored as {transaction}")
        accepted = journal.accepted.get(transaction, sent)
        if accepted is not sent:
            journal.violation(f"{transaction} is stored with the message of another: {message}")
    for tag, times in tags.items():
        if times > 1:
            journal.violation(f"message {tag} is stored {times} times")


def canonical(topic: str, message: object) -> str:
    return topic + json.dumps(message, sort_keys=True)


def check_dead(journal: Journal, dead: list[str], stored: set[str]) -> None:
    unanswered = sum(s.poison and s.tag not in journal.ids for s in journal.sent.values())
    must = {t for t, sent in journal.accepted.items() if sent.poison}
    for transaction, times in Counter(dead).items():
        sent = journal.accepted.get(transaction)
        if times > 1:
            journal.violation(f"{transaction} is {times} dead letters")
        if transaction in stored:
            journal.violation(f"{transaction} is stored and a dead letter")
        if sent and not sent.poison:
            journal.violation(f"{transaction} is a dead letter without a fault: {sent}")
    for transaction in must - set(dead):
        journal.violation(f"{transaction} can never be stored, and is no dead letter")
    if len(set(dead) - must) > unanswered:
        journal.violation(f"{len(set(dead) - must)} unknown dead letters, not at most {unanswered}")


def check_account(stack: Stack, journal: Journal, counted: dict[str, int],
                  settling: float = SETTLING) -> None:
    """accepted = stored + pending + dead-lettered, and each number is what we count ourselves."""
    def metric(state: str) -> float | None:
        return sample(stack.metrics("worker"), "remora_messages", state=state)

    expected = {"accepted": counted["stored"] + counted["pending"] + counted["dead"],
                "stored": counted["stored"], "pending": counted["pending"],
                "dead_lettered": counted["dead"]}
    end = time.monotonic() + settling  # the metric follows within some seconds
    while (told := {state: metric(state) for state in expected}) != expected:
        if time.monotonic() > end:
            journal.violation(f"the account does not balance: told {told}, counted {expected}")
            return
        time.sleep(0.2)
    if len(journal.accepted) > expected["accepted"]:
        journal.violation(f"{len(journal.accepted)} were answered 202, "
                          f"{expected['accepted']} counted")


def check_put_scores(journal: Journal, scores: dict[str, str]) -> None:
    """The last acknowledged value, or one whose outcome nobody was told."""
    for security, puts in [*journal.puts.items(), *((i, journal.batches) for i in journal.batch)]:
        possible = puts.uncertain | {puts.acknowledged}
        if puts.acknowledged is None:
            possible |= {journal.world.seeded[security]}
        if float(scores[security]) not in possible:
            journal.violation(f"score of {security} is {scores[security]}, and put was "
                              f"{puts.acknowledged}, perhaps {sorted(puts.uncertain)}")


def check_batch(stack: Stack, journal: Journal) -> None:
    """The scores of the batch are one value, at any moment after the first time."""
    if journal.batches.acknowledged is None:
        return
    together = ", ".join(f"'{security}'" for security in journal.batch)
    values = stack.sql(f"select distinct value from score where isin in ({together})")
    if len(values) != 1:
        journal.violation(f"a batch of scores was stored in part: {values}")


def check_message_scores(stack: Stack, journal: Journal) -> None:
    """The newest stored message of a security is its score; of several at one moment, any."""
    wrong = stack.sql(f"""
        with newest as (select message->>'isin' as isin, max(accepted_at) as at from message
                        where topic = '{SCORES}' group by 1)
        select score.isin, score.value, at from newest join score using (isin)
        where not exists (select from message where topic = '{SCORES}'
          and message->>'isin' = score.isin and accepted_at = at
          and (message->>'value')::numeric = score.value and score.as_of = at)""")
    for security, value, at in wrong:
        journal.violation(f"score of {security} is {value}, which no message of {at} says")


def check_caches(stack: Stack, journal: Journal) -> None:
    """Every score that was written is what readers are told, soon after the last write."""
    scores = {i: Decimal(v) for i, v in stack.sql("select isin, value from score")}
    left = {security for security in journal.written if security in scores}
    end = time.monotonic() + SETTLING
    with Client(stack.base) as client:
        while left and time.monotonic() < end:
            left = {security for security in left if told(client, security) != scores[security]}
            time.sleep(0.1)
    for security in left:
        journal.violation(f"readers are not told the score of {security}: {scores[security]}")


def told(client: Client, security: str) -> Decimal | None:
    try:
        answer = client.get(f"/v1/securities/{security}/score")
    except NoAnswer:
        return None
    return json.loads(answer.body, parse_float=Decimal)["value"] if answer.status == 200 else None
