"""The OpenAPI document as a judge of answers."""

import datetime
import json
import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from client import Answer
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

# Of the connection, of the body's form, and for the sidecar, which takes it out again.
UNDOCUMENTED_HEADERS = {"connection", "content-length", "content-type", "date", "server-timing"}

formats = FormatChecker(formats=())


@formats.checks("isin")
def is_isin(value: object) -> bool:
    """ISO 6166 with its check digit; what is no string is none of a format's business."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", value):
        return False
    digits = [int(d) for d in "".join(str(int(c, 36)) for c in value)]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


@formats.checks("uuid", raises=ValueError)
def is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(uuid.UUID(value)) == value


@formats.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.datetime.fromisoformat(value).tzinfo is not None


class Operation(NamedTuple):
    path: str  # the template
    method: str  # in capitals

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def strict_json(text: str | bytes) -> Any:
    """Numbers with all their digits; a member that is there twice, or NaN, is no JSON."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("a member is there twice")
        return members

    def constant(name: str) -> None:
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=once)


class Document:
    def __init__(self, text: str | bytes):
        self.raw = strict_json(text)
        resource = Resource(contents=self.raw, specification=DRAFT202012)
        self._registry = Registry().with_resource("urn:document", resource)

    def operations(self) -> list[Operation]:
        return [
            Operation(path, method.upper())
            for path, item in self.raw["paths"].items()
            for method in item
            if method != "parameters"
        ]

    def methods(self, path: str) -> set[str]:
        return {operation.method for operation in self.operations() if operation.path == path}

    def statuses(self, operation: Operation) -> set[int]:
        return {int(status) for status in self._operation(operation)["responses"]}

    def needs_token(self, operation: Operation) -> bool:
        return bool(self._operation(operation).get("security"))

    def problems(self, operation: Operation, answer: Answer) -> list[str]:
        """What the document does not allow in this answer to this operation."""
        responses = self._operation(operation)["responses"]
        if str(answer.status) not in responses:
            return [f"status {answer.status} is not documented"]
        response = self.resolved(responses[str(answer.status)])
        return [*self._header_problems(response, answer), *self._body_problems(response, answer)]

    def problems_of(self, name: str, value: Any) -> list[str]:
        """The same for a value and a schema of the components."""
        return list(self._mismatches({"$ref": f"#/components/schemas/{name}"}, value))

    def example_problems(self) -> list[str]:
        """Examples that the schema beside them, or around them, does not allow."""
        found = []
        for where, node in _nodes(self.raw, "#"):
            for example in _examples(node):
                schema = node.get("schema", node)
                found += [f"{where}: {what}" for what in self._mismatches(schema, example)]
        return found

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target = self.raw
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def _operation(self, operation: Operation) -> dict[str, Any]:
        return self.raw["paths"][operation.path][operation.method.lower()]

    def _header_problems(self, response: dict[str, Any], answer: Answer) -> Iterator[str]:
        documented = {
            name.lower(): self.resolved(h) for name, h in response.get("headers", {}).items()
        }
        for name in (
            {name.lower() for name in answer.headers} - UNDOCUMENTED_HEADERS - set(documented)
        ):
            yield f"header {name} is not documented"
        for name, header in documented.items():
            values = answer.headers.get_all(name, [])
            if len(values) > 1:
                yield f"header {name} is there {len(values)} times"
            if header.get("required") and not values:
                yield f"header {name} is missing"
            for value in values:
                integer = self.resolved(header["schema"]).get("type") == "integer"
                typed = int(value) if integer and re.fullmatch(r"-?[0-9]+", value) else value
                for what in self._mismatches(header["schema"], typed):
                    yield f"header {name}: {what}"

    def _body_problems(self, response: dict[str, Any], answer: Answer) -> Iterator[str]:
        content = response.get("content")
        if content is None:
            if answer.body or answer.header("Content-Type"):
                yield "there is a body, and none is documented"
            return
        kind = answer.header("Content-Type").partition(";")[0]
        if kind not in content:
            yield f"content type {kind or 'none'} is not documented"
            return
        try:
            body = strict_json(answer.body) if kind.endswith("json") else answer.body.decode()
        except ValueError as why:
            yield f"the body cannot be read: {why}"
            return
        for what in self._mismatches(content[kind]["schema"], body):
            yield f"body: {what}"

    def _mismatches(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        judge = Draft202012Validator(
            _anchored(schema), registry=self._registry, format_checker=formats
        )
        for error in judge.iter_errors(value):
            yield f"{error.json_path} {error.message}"[:300]


def _anchored(node: Any) -> Any:
    """A schema that is taken out of the document: its references name where they lead."""
    if isinstance(node, list):
        return [_anchored(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    anchored = {key: _anchored(inner) for key, inner in node.items()}
    if "$ref" in node:
        anchored["$ref"] = "urn:document" + node["$ref"]
    return anchored


def _nodes(node: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield where, node
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
        # What examples and constants contain are values, not parts of the document.
        if isinstance(inner, dict | list) and key not in (
            "example",
            "examples",
            "const",
            "default",
        ):
            yield from _nodes(inner, f"{where}/{key}")


def _examples(node: dict[str, Any]) -> list[Any]:
    listed = node.get("examples", [])
    if isinstance(listed, dict):  # of a media type; a schema's are a list
        listed = [entry["value"] for entry in listed.values()]
    return [*listed, *([node["example"]] if "example" in node else [])]
