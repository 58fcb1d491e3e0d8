"""What holds for every request."""

import json

from contract_calls import Contract
from contract_samples import APPLE, INTO, LARGEST_BODY, SAMPLES, pointers, sample_body
from stack import Stack


def limits_every_request(contract: Contract, stack: Stack) -> None:
    for operation in contract.document.operations():
        name, body = str(operation), sample_body(operation)
        contract.call(name, 413, announced=LARGEST_BODY + 1, **SAMPLES)
        contract.call(name, 431, headers={"X-Large": "x" * 20_000}, body=body, **SAMPLES)
        unknown = contract.call(name, 400, query="surprise=1", body=body, **SAMPLES)
        contract.expect(pointers(unknown, "parameter") == ["surprise"], f"{name}: not named")
        contract.call(name, 400, query="a=%zz", body=body, **SAMPLES)
        contract.call(name, 400, headers={"Host": "two, hosts"}, body=body, **SAMPLES)


def takes_what_the_limits_allow(contract: Contract, stack: Stack) -> None:
    for operation in contract.document.operations():
        name, body = str(operation), sample_body(operation)
        contract.call(
            name,
            202 if name in INTO else 404 if name in INTO.values() else 200,
            body=body,
            headers={"X-Large": "x" * 15_000},
            **SAMPLES,
        )
        if body is not None:
            largest = json.dumps(body).encode().ljust(LARGEST_BODY)
            contract.call(name, 202 if name in INTO else 200, raw=largest, **SAMPLES)
            contract.call(name, 413, raw=largest + b" ", **SAMPLES)


def knows_its_paths_and_methods(contract: Contract, stack: Stack) -> None:
    others = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
    for template in contract.document.raw["paths"]:
        methods = contract.document.methods(template)
        allowed = methods | ({"HEAD"} if "GET" in methods else set())
        path = template.format_map(SAMPLES)
        for method in sorted(others - allowed):
            answer = contract.send(method, path)
            if method == "HEAD":
                contract.expect(answer.status == 405 and not answer.body, f"HEAD {path}: not 405")
            else:
                contract.expect_problem(answer, 405, f"{method} {path}")
            contract.expect(
                set(answer.header("Allow").split(", ")) == allowed, f"{path}: wrong Allow"
            )
    for path in (
        "/",
        "/v1",
        "/v1/securities/",
        f"/v1/securities/{APPLE}/",
        "/v2/securities",
        "/docs/",
        "/data",
        "/v1/scores/" + APPLE,
        "/v1/scores:batchGet",
        "/metrics",
        "/openapi.yaml",
    ):
        contract.expect_problem(contract.send("GET", path), 404, f"GET {path}")


def answers_head_like_get(contract: Contract, stack: Stack) -> None:
    for template in contract.document.raw["paths"]:
        if "GET" not in contract.document.methods(template):
            continue
        for path in (template.format_map(SAMPLES), template.format_map(SAMPLES) + "?surprise=1"):
            get, head = contract.send("GET", path), contract.send("HEAD", path)
            contract.expect(get.status == head.status, f"HEAD {path}: {head.status}")
            contract.expect(not head.body, f"HEAD {path}: a body")
            for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Link"):
                contract.expect(
                    get.header(name) == head.header(name), f"HEAD {path}: another {name}"
                )
