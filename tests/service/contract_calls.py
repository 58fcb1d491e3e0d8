"""Requests to a running API, each answer held against the OpenAPI document."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from client import Answer
from contract_document import Document, Operation, strict_json

JSON = "application/json"


def exchange(
    base: str,
    method: str,
    target: str,
    headers: dict[str, str],
    body: bytes | None = None,
    announced: int | None = None,
) -> Answer:
    """One request on a connection of its own. `announced`: a Content-Length without a body."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        length = len(body) if body is not None else announced
        for name, value in headers.items():
            connection.putheader(name, value)
        if length is not None:
            connection.putheader("Content-Length", str(length))
        begin = time.monotonic()
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read(), time.monotonic() - begin)
    finally:
        connection.close()


class Contract:
    """Everything sent through it is checked; what was seen and what was wrong is kept."""

    def __init__(self, base: str, token: str, document: Document):
        self.base = base
        self.document = document
        self.seen: set[tuple[Operation, int]] = set()
        self.problems: list[str] = []
        self.requests = 0
        self._token = token

    def call(
        self,
        name: str,
        status: int,
        *,
        query: str = "",
        body: Any = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        token: str | None = None,
        announced: int | None = None,
        **path: str,
    ) -> Answer:
        """Sends `name` ("GET /v1/securities/{isin}", isin=…) and expects `status`.

        `body` is sent as JSON, `raw` as it is. A token is sent to operations that need one, unless
        `token` is another, or "" for none. Headers are added, or taken away by "".
        """
        operation = Operation(*reversed(name.split(" ", 1)))
        target = operation.path.format_map(path) + (f"?{query}" if query else "")
        fields = {}
        if self.document.needs_token(operation) if token is None else token:
            fields["Authorization"] = f"Bearer {token or self._token}"
        content = json.dumps(body).encode() if body is not None else raw
        if content is not None:
            fields["Content-Type"] = JSON
        fields = {name: value for name, value in (fields | (headers or {})).items() if value}
        answer = exchange(self.base, operation.method, target, fields, content, announced)
        self._judge(operation, f"{operation.method} {target}"[:120], status, answer)
        return answer

    def send(self, method: str, target: str) -> Answer:
        """A request that is none of the document's operations."""
        self.requests += 1
        return exchange(self.base, method, target, {})

    def expect(self, holds: object, what: str) -> None:
        if not holds:
            self.problems.append(what)

    def expect_problem(self, answer: Answer, status: int, what: str) -> dict[str, Any]:
        """An answer that no operation describes: a problem document all the same."""
        self.expect(answer.status == status, f"{what}: {answer.status} instead of {status}")
        self.expect(
            answer.header("Content-Type") == "application/problem+json", f"{what}: no problem"
        )
        document = strict_json(answer.body)
        for problem in self.document.problems_of("Problem", document):
            self.problems.append(f"{what}: {problem}")
        self.expect(document.get("status") == answer.status, f"{what}: another status in the body")
        return document

    def unseen(self) -> list[str]:
        documented = {
            (operation, status)
            for operation in self.document.operations()
            for status in self.document.statuses(operation)
        }
        return sorted(f"{operation}: {status}" for operation, status in documented - self.seen)

    def _judge(self, operation: Operation, what: str, status: int, answer: Answer) -> None:
        self.requests += 1
        self.seen.add((operation, answer.status))
        if answer.status != status:
            said = answer.body[:300].decode(errors="replace")
            self.problems.append(f"{what}: {answer.status} instead of {status}: {said}")
        for problem in self.document.problems(operation, answer):
            self.problems.append(f"{what}: {answer.status}: {problem}")
