"""What a healthy stack answers to those who write scores."""

from decimal import Decimal

from client import isin
from contract_calls import Contract
from contract_document import strict_json
from contract_samples import (
    APPLE,
    BATCH,
    INTO,
    NOBODYS,
    PUT,
    SAMPLES,
    SAP,
    SCORE,
    SECURITY,
    UNREAD,
    pointers,
    sample_body,
)
from stack import Stack


def refuses_who_may_not_write(contract: Contract, stack: Stack) -> None:
    for operation in filter(contract.document.needs_token, contract.document.operations()):
        body = sample_body(operation)
        for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
            contract.call(str(operation), 401, token="", headers=headers, body=body, **SAMPLES)
        unknown = contract.call(str(operation), 401, token="unknown", body=body, **SAMPLES)
        contract.expect('error="invalid_token"' in unknown.header("WWW-Authenticate"), "no error")
        lacking = contract.call(str(operation), 403, token=stack.read_token, body=body, **SAMPLES)
        contract.expect(
            'error="insufficient_scope"' in lacking.header("WWW-Authenticate"), "no error"
        )


def refuses_bodies(contract: Contract, stack: Stack) -> None:
    deep = b"[" * 40 + b"]" * 40
    for operation in contract.document.operations():
        if sample_body(operation) is None:
            continue
        name = str(operation)
        for kind in ("text/plain", "application/json-patch+json", ""):
            contract.call(
                name, 415, headers={"Content-Type": kind}, body=sample_body(operation), **SAMPLES
            )
        contract.call(
            name,
            200 if name not in INTO else 202,
            body=sample_body(operation),
            headers={"Content-Type": "Application/JSON; charset=utf-8"},
            **SAMPLES,
        )
        for raw in (b"", b"{", b"{} {}", b'"\xff"', b"\xef\xbb\xbf{}", b"{'a': 1}", b"NaN"):
            contract.call(name, 400, raw=raw, **SAMPLES)
        for raw in (b"[]", b"null", b"{}", b'{"a": 1}', deep):
            contract.call(name, 422, raw=raw, **SAMPLES)


def sets_a_score(contract: Contract, stack: Stack) -> None:
    before = contract.call(SECURITY, 200, isin=APPLE)
    for text in ("71.25", "0", "100", "71.250", "33.3"):
        stored = strict_json(
            contract.call(PUT, 200, raw=f'{{"value": {text}}}'.encode(), isin=APPLE).body
        )
        contract.expect(stored["value"] == Decimal(text), f"{text} was stored as {stored['value']}")
        contract.expect(stored["illustrative"] is False, "an illustrative score of a user")
        read = contract.call(SECURITY, 200, isin=APPLE)
        contract.expect(
            strict_json(read.body)["score"]["value"] == Decimal(text), "not read as written"
        )
    contract.expect(read.header("ETag") != before.header("ETag"), "another score, the same ETag")
    for value in ("-0.01", "100.01", "1.001", '"50"', "null", "true", "1e400", "[]"):
        refused = contract.call(PUT, 422, raw=f'{{"value": {value}}}'.encode(), isin=APPLE)
        contract.expect(
            strict_json(refused.body).get("pointer") == "/value", f"{value}: no pointer"
        )
    extra = contract.call(PUT, 422, body={"value": 5, "a/b~c": 1}, isin=APPLE)
    contract.expect(pointers(extra) == ["/a~1b~0c"], "an unknown member is not named")
    twice = contract.call(PUT, 422, raw=b'{"value": 1, "value": 2}', isin=APPLE)
    contract.expect(
        strict_json(twice.body).get("pointer") == "/value", "a doubled member is not named"
    )
    contract.call(PUT, 404, body={"value": 5}, isin=NOBODYS)
    contract.call(PUT, 404, body={"value": 5}, isin="US0378331006")


def sets_many_scores_or_none(contract: Contract, stack: Stack) -> None:
    rows = [{"isin": APPLE, "value": 11.11}, {"isin": SAP, "value": 22.22}]
    stored = strict_json(contract.call(BATCH, 200, body={"items": rows}).body)
    contract.expect(stored == {"stored": 2}, "stored others than two")
    wrong = [
        {"isin": APPLE, "value": 33},
        {"isin": "US0378331006", "value": 1},
        {"isin": SAP},
        {"isin": APPLE, "value": 5},
        {"isin": UNREAD, "value": 101, "x": 0},
        7,
    ]
    refused = contract.call(BATCH, 422, body={"items": wrong})
    contract.expect(
        sorted(pointers(refused))
        == [
            "/items/1/isin",
            "/items/2/value",
            "/items/3/isin",
            "/items/4/value",
            "/items/4/x",
            "/items/5",
        ],
        f"not every row is named: {pointers(refused)}",
    )
    unknown = contract.call(
        BATCH, 422, body={"items": [rows[0] | {"value": 44}, {"isin": NOBODYS, "value": 1}]}
    )
    contract.expect(pointers(unknown) == ["/items/1/isin"], "an ISIN of nobody is not named")
    score = strict_json(contract.call(SCORE, 200, isin=APPLE).body)
    contract.expect(score["value"] == Decimal("11.11"), "a refused batch was stored in part")
    most = [row[0] for row in stack.sql("select isin from security order by isin limit 700")]
    contract.call(BATCH, 200, body={"items": [{"isin": one, "value": 1} for one in most]})
    for count in (0, 1001):
        items = [{"isin": isin("ZZ", n), "value": 1} for n in range(count)]
        contract.expect(
            pointers(contract.call(BATCH, 422, body={"items": items})) == ["/items"],
            f"{count} rows are not refused as such",
        )
