"""What Schemathesis is told beyond the document: texts of the format `isin` have the right check
digit, and are mostly those of securities. Loaded by properties_test.py (SCHEMATHESIS_HOOKS)."""

import csv
import re
import uuid
from pathlib import Path

import schemathesis
from client import isin
from hypothesis import strategies

SEED = Path(__file__).resolve().parents[2] / "api/data/securities.csv"

with SEED.open(encoding="utf-8") as rows:
    known = strategies.sampled_from(sorted(row["isin"] for row in csv.DictReader(rows)))
nobodys = strategies.integers(900_000_000, 999_999_999).map(lambda number: isin("ZZ", number))
schemathesis.openapi.format("isin", known | known | known | nobodys)


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    """Each good key is made new: one that came before with another body is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key and re.fullmatch(r"[!-~]{1,200}", key):
        case.headers["Idempotency-Key"] = f"{key}-{uuid.uuid4()}"
