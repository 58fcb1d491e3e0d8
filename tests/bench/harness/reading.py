"""Reading warm securities from the API, and the same bytes from nginx."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from answers import Answer, ask
from comparison import Measurement, Setting, Sides
from load import SAMPLED_EVERY, Load, LoadFailed
from nginx import answer_config, headers_within, nginx, span_collector
from processes import Processes, free_port
from proxied import Place, measure_load
from service import Stack, public_port, restarted, sample, service, wait_until

Headers = list[tuple[str, str]]

CONNECTIONS = 64
FILLED = 3_000  # securities, most of them generated
SECTOR = "Energy"
CACHE_REQUESTS = "remora_cache_requests_total"
TOO_MANY = 0.05  # of the requests, that come another way than the row says


@dataclass(frozen=True)
class Reading:
    """GET of warm securities from the API with this cache, and from nginx with the same bytes.
    `way` is the cache that gives the answers. Many securities are read in turn: the API reads one
    that is asked for by several at a time only once."""

    cache: dict[str, str]
    way: str

    @contextmanager
    def __call__(self, setting: Setting) -> Iterator[Sides]:
        with span_collector(setting) as otlp:
            options = {"securities": {"cache": self.cache, "otlp": otlp}}
            with service(setting.cores, options, FILLED) as stack:
                stack.worker.stop()
                load, answer = warm_reads(stack)
                headers, note = same_head(setting, load, answer)
                yield Sides(
                    lambda: self.ours(stack, load, setting),
                    lambda: peer(setting, load, answer, headers),
                    note,
                )

    def ours(self, stack: Stack, load: Load, setting: Setting) -> Measurement:
        pid = restarted(stack.securities, setting.cores.side)
        warm_answer(stack, load.path)
        found = measure_load(pid, load, public_port(stack), setting)
        self.demand_hits(stack)
        return found

    def demand_hits(self, stack: Stack) -> None:
        text = stack.metrics("securities")  # counts since its start; the local cache sees them all
        asked = sample(text, CACHE_REQUESTS, cache="local") or 0
        hits = sample(text, CACHE_REQUESTS, cache=self.way, result="hit") or 0
        if hits < asked * (1 - TOO_MANY):
            raise LoadFailed(f"the {self.way} cache gave {hits:.0f} of {asked:.0f} answers")


def warm_reads(stack: Stack) -> tuple[Load, Answer]:
    """Reads of securities whose answers are of the same length, and one of these answers."""
    by_size: dict[int, list[str]] = {}
    for isin, in stack.sql(f"SELECT isin FROM security WHERE sector = '{SECTOR}' ORDER BY isin"):
        path = f"/v1/securities/{isin}"
        by_size.setdefault(len(ask(public_port(stack), path).body), []).append(path)
    paths = max(by_size.values(), key=len)
    if len(paths) <= CONNECTIONS:
        raise RuntimeError(f"only {len(paths)} securities have answers of the same length")
    load = Load(paths[0], CONNECTIONS, paths=tuple(paths), sampled_every=SAMPLED_EVERY)
    return load, warm_answer(stack, load.path)


def warm_answer(stack: Stack, path: str) -> Answer:
    """An answer that a cache gives."""

    def is_hit() -> bool:
        nonlocal answer
        answer = ask(public_port(stack), path)
        return answer.status == 200 and "; hit" in answer.header("cache-status")

    answer = Answer(b"", b"")
    wait_until(is_hit, what=f"GET {path} is answered by a cache")
    return answer


def peer(setting: Setting, load: Load, answer: Answer, headers: Headers) -> Measurement:
    with answering(setting, setting.cores.side, answer, headers) as (pid, port):
        return measure_load(pid, load, port, setting)


def same_head(setting: Setting, load: Load, answer: Answer) -> tuple[Headers, str]:
    """What nginx must add so that its head is as long as ours, and what came of it."""

    def its(headers: Headers) -> Answer:
        with answering(setting, setting.cores.load, answer, headers) as (_, port):
            return ask(port, load.path)

    headers = headers_within(answer, len(answer.head) - len(its([]).head))
    same = its(headers)
    if same.body != answer.body:
        raise RuntimeError("nginx does not answer with our body")
    return headers, (f"{len(load.paths)} securities in turn, answers of {len(answer.head)} + "
                     f"{len(answer.body)} bytes (ours) and {len(same.head)} + {len(same.body)} "
                     "(nginx)")


@contextmanager
def answering(
    setting: Setting, core: int, answer: Answer, headers: Headers
) -> Iterator[tuple[int, int]]:
    """nginx with this answer: its process id and port."""
    with Processes(setting.directory) as processes:
        at = Place(free_port(), 0, setting.directory, core)
        started = nginx(processes, at, "peer", answer_config(at, answer, headers))
        yield started.wait_listening(at.port).pid, at.port
