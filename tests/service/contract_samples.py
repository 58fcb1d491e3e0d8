"""Names and values that the scenarios of the contract share."""

from client import Answer, isin
from contract_document import Operation, strict_json

LIST = "GET /v1/securities"
SECURITY = "GET /v1/securities/{isin}"
SCORE = "GET /v1/securities/{isin}/score"
PUT = "PUT /v1/securities/{isin}/score"
BATCH = "POST /v1/scores"
INTO = {
    "POST /v1/messages": "GET /v1/messages/{transaction_id}",
    "POST /ingresar-datos": "GET /data/{transaction_id}",
}
DOCUMENTS = ("GET /openapi.json", "GET /docs")

APPLE, SAP = "US0378331005", "DE0007164600"
WITHOUT_SCORE = isin("ZZ", 999_999_991)
NOBODYS = isin("ZZ", 999_999_992)
UNREAD = "BE0003470755"  # nothing asks for it before PostgreSQL is stopped
LARGEST_BODY = 128 * 1024
SAMPLES = {"isin": APPLE, "transaction_id": "019a9c1f-53b0-7d3e-9c52-2f6a1be0c7d4"}


def body_for(post: str, topic: str, message: object) -> dict:
    if post == "POST /v1/messages":
        return {"topic": topic, "message": message}
    return {"topic_arn": f"arn:aws:sns:eu-west-1:123456789012:{topic}", "message": message}


def sample_body(operation: Operation) -> object:
    """A good body, or None where there is none."""
    name = str(operation)
    if name in INTO:
        return body_for(name, "notes", "sample")
    return {PUT: {"value": 50}, BATCH: {"items": [{"isin": APPLE, "value": 50}]}}.get(name)


def pointers(answer: Answer, member: str = "pointer") -> list[str]:
    return [error.get(member, "") for error in strict_json(answer.body).get("errors", [])]
