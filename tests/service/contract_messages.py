"""What becomes of messages."""

from decimal import Decimal
import uuid

from contract_calls import Contract, exchange
from contract_document import strict_json
from contract_samples import INTO, NOBODYS, SAMPLES, SAP, SCORE, body_for, pointers
from stack import Stack, wait_until


def stores_messages(contract: Contract, stack: Stack) -> None:
    message = (
        b'{"text": "\\u00e4\\ud83d\\ude00", "n": [0.10, 12345678901234567890.125, null, true, {}]}'
    )
    for post, get in INTO.items():
        key = "topic" if post == "POST /v1/messages" else "topic_arn"
        topic = body_for(post, "notes", None)[key]
        raw = b'{"%b": "%b", "message": %b}' % (key.encode(), topic.encode(), message)
        accepted = contract.call(post, 202, raw=raw)
        transaction = strict_json(accepted.body)["transaction_id"]
        contract.expect(
            accepted.header("Location").endswith("/" + transaction), "Location of another"
        )
        for each in INTO.values():  # both ways lead to the same
            stored = strict_json(
                contract.call(each, 200, query="wait=30", transaction_id=transaction).body
            )
            contract.expect(
                stored["status"] == "stored" and stored["topic"] == "notes", "not stored"
            )
            contract.expect(
                stored["message"] == strict_json(message), "not the message that was sent"
            )
            contract.expect(
                stored["accepted_at"] <= stored["stored_at"], "stored before it was accepted"
            )
        scored = contract.call(
            post, 202, body=body_for(post, "scores", {"isin": SAP, "value": 77.7})
        )
        contract.call(
            get, 200, query="wait=30", transaction_id=strict_json(scored.body)["transaction_id"]
        )
        for bad, pointer in (
            ({"isin": SAP}, "/message/value"),
            ({"isin": "x", "value": 1}, "/message/isin"),
            ("text", "/message"),
        ):
            answer = contract.call(post, 422, body=body_for(post, "scores", bad))
            contract.expect(pointers(answer) == [pointer], f"{post} {bad}: not {pointer}")
        for unknown in (SAMPLES["transaction_id"], str(uuid.uuid4()), "nonsense"):
            contract.call(get, 404, transaction_id=unknown)
    wait_until(
        lambda: strict_json(contract.call(SCORE, 200, isin=SAP).body)["value"] == Decimal("77.7"),
        what="the score of the message is read",
    )


def refuses_topics(contract: Contract, stack: Stack) -> None:
    for topic in ("", "a" * 201, "ä" * 101, 5, None):
        answer = contract.call("POST /v1/messages", 422, body={"topic": topic, "message": 1})
        contract.expect(pointers(answer) == ["/topic"], f"the topic {topic} is not named")
    contract.call("POST /v1/messages", 202, body={"topic": "ä" * 100, "message": 1})
    good = "arn:aws:sns:eu-west-1:123456789012:"
    for arn in (
        "scores",
        good,
        good + "a b",
        good + "a" * 201,
        good.replace("sns", "sqs") + "a",
        "arn:aws:sns:eu-west-1:1:a",
        5,
    ):
        answer = contract.call("POST /ingresar-datos", 422, body={"topic_arn": arn, "message": 1})
        contract.expect(pointers(answer) == ["/topic_arn"], f"the ARN {arn} is not named")
    contract.call("POST /ingresar-datos", 202, body={"topic_arn": good + "a.fifo", "message": 1})


def repeats_by_key(contract: Contract, stack: Stack) -> None:
    for post in INTO:
        key = {"Idempotency-Key": f"!key~{uuid.uuid4()}"}
        body = body_for(post, "notes", {"n": 1})
        first = contract.call(post, 202, headers=key, body=body)
        again = contract.call(post, 202, headers=key, body=body)
        contract.expect(not first.header("Idempotency-Replayed"), "the first is no replay")
        contract.expect(again.header("Idempotency-Replayed") == "true", "a replay does not say so")
        contract.expect(
            again.body == first.body and again.header("Location") == first.header("Location"),
            "a replay answers something else",
        )
        contract.call(post, 422, headers=key, body=body_for(post, "notes", {"n": 2}))
        contract.call(post, 422, headers=key, body=body_for(post, "others", {"n": 1}))
        contract.call(post, 202, headers={"Idempotency-Key": "k" * 255}, body=body)
        for bad in ("k" * 256, "a b", "\xe9", "\t"):
            contract.call(post, 400, headers={"Idempotency-Key": bad}, body=body)


def knows_what_is_pending(contract: Contract, stack: Stack) -> None:
    stack.worker.stop()
    for post, get in INTO.items():
        accepted = contract.call(post, 202, body=body_for(post, "notes", "later"))
        transaction = strict_json(accepted.body)["transaction_id"]
        contract.call(get, 202, transaction_id=transaction)
        waited = contract.call(get, 202, query="wait=1", transaction_id=transaction)
        contract.expect(waited.seconds >= 0.9, "it did not wait")
    stack.worker.start()
    for get in INTO.values():
        wait_until(
            lambda get=get: strict_json(
                exchange(
                    stack.base,
                    "GET",
                    get.split(" ")[1].format(transaction_id=transaction) + "?wait=5",
                    {},
                ).body
            )["status"]
            == "stored",
            what="what was pending is stored",
        )


def tells_why_it_gave_up(contract: Contract, stack: Stack) -> None:
    for post, get in INTO.items():
        body = body_for(post, "scores", {"isin": NOBODYS, "value": 5})
        transaction = strict_json(contract.call(post, 202, body=body).body)["transaction_id"]
        path = get.split(" ")[1].format(transaction_id=transaction)
        wait_until(
            lambda path=path: exchange(stack.base, "GET", path + "?wait=5", {}).status == 200,
            what="a message that cannot be stored is given up",
        )
        given_up = strict_json(contract.call(get, 200, transaction_id=transaction).body)
        contract.expect(given_up["status"] == "dead_lettered", "it is not said to be given up")
