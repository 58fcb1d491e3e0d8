"""`./dev bench api`: what requests and messages cost, against the servers that do the least."""

import ingestion
import storing
from comparison import Comparison, Measurement, Row
from reading import CONNECTIONS, Reading


def cpu_us(m: Measurement) -> float:
    return m.us_per_request(m.cpu.total)


def reading(name: str, bound: float, cache: dict[str, str], way: str, note: str) -> Comparison:
    return Comparison(
        open=Reading(cache, way),
        peer_name="nginx",
        rows=(Row(name, "µs", bound, cpu_us),),
        note=f"{CONNECTIONS} keep-alive connections, saturating, 1 % traced; {note}",
    )


COMPARISONS = [
    reading(
        "CPU per read, in-process cache / nginx",
        1.5,
        {"local": "1s"},
        "local",
        "role securities with its in-process cache, nginx returns the same bytes",
    ),
    reading(
        "CPU per read, through Redis / nginx",
        3.0,
        {"local": "0s"},
        "shared",
        "role securities asks Redis for every request (its own CPU only), nginx as above",
    ),
    Comparison(
        open=ingestion.opened,
        peer_name="Redis",
        rows=(
            Row("CPU per accepted message / Redis per XADD", "µs", 2.0, cpu_us),
            Row(
                "accepted messages per fsync, ours / Redis alone",
                "messages",
                0.5,
                lambda m: m.also[ingestion.PER_FSYNC],
                higher_is_better=True,
            ),
        ),
        note=f"{ingestion.CONNECTIONS} connections, saturating, 1 % traced; POST /v1/messages with "
        "its CPU in role securities, against redis-benchmark's XADD of such an entry with its CPU "
        "in Redis; appendfsync always",
    ),
    Comparison(
        open=storing.opened,
        rows=(
            Row(
                "messages stored a second",
                "/s",
                30_000,
                lambda m: m.rate,
                higher_is_better=True,
            ),
        ),
        most=7,
        note=f"a backlog of {storing.BACKLOG:,} messages, from the worker's start until all are in "
        "PostgreSQL (synchronous_commit on, one transaction a batch of at most 500)",
    ),
]
