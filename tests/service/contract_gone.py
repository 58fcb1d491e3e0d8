"""What is answered when something is gone."""

import uuid

from contract_calls import Contract, exchange
from contract_samples import (
    APPLE,
    BATCH,
    DOCUMENTS,
    INTO,
    LIST,
    PUT,
    SAMPLES,
    SAP,
    SCORE,
    SECURITY,
    UNREAD,
    body_for,
)
from stack import Stack, wait_until


def answers_without_postgresql(contract: Contract, stack: Stack) -> None:
    contract.call(SECURITY, 200, isin=APPLE)
    stack.postgres.stop()
    for name in (SECURITY, SCORE):
        path = name.split(" ")[1].format(isin=APPLE)
        wait_until(
            lambda path=path: exchange(stack.base, "GET", path, {}).header("Warning"),
            what="an answer is stale",
        )
        stale = contract.call(name, 200, isin=APPLE)
        most = int(stale.header("Cache-Control").rpartition("=")[2])
        contract.expect(int(stale.header("Age")) >= most, "a stale answer looks fresh")
        contract.expect("hit; ttl=-" in stale.header("Cache-Status"), "Cache-Status is not stale")
        contract.call(name, 304, headers={"If-None-Match": stale.header("ETag")}, isin=APPLE)
        contract.call(name, 503, isin=UNREAD)
    contract.call(LIST, 503)
    contract.call(PUT, 503, body={"value": 5}, isin=APPLE)
    contract.call(BATCH, 503, body={"items": [{"isin": APPLE, "value": 5}]})
    for get in INTO.values():
        contract.call(get, 503, **SAMPLES)
    for name in DOCUMENTS:
        contract.call(name, 200)
    stack.postgres.start()
    path = SECURITY.split(" ")[1].format(isin=UNREAD)
    wait_until(
        lambda: exchange(stack.base, "GET", path, {}).status == 200, what="PostgreSQL is back"
    )


def answers_without_redis(contract: Contract, stack: Stack) -> None:
    stack.redis.stop()
    for post, get in INTO.items():
        contract.call(post, 503, body=body_for(post, "notes", "lost"))
        contract.call(
            post,
            503,
            body=body_for(post, "notes", "lost"),
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        contract.call(get, 503, **SAMPLES)
    contract.call(LIST, 200)
    contract.call(SECURITY, 200, isin=SAP)
    contract.call(SCORE, 200, isin=SAP)
    contract.call(PUT, 200, body={"value": 5}, isin=SAP)
    stack.redis.start()
    wait_until(
        lambda: exchange(stack.base, "GET", "/v1/messages/" + SAMPLES["transaction_id"], {}).status
        == 404,
        what="Redis is back",
    )
    for post in INTO:
        contract.call(post, 202, body=body_for(post, "notes", "kept"))
