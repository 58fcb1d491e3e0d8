"""`./dev bench sidecar`: what a proxied request costs beside nginx and haproxy as plain proxies."""

from bodies import GROWN, Bodies
from calls import ALLOCATIONS, CLOCKS, Counted
from comparison import Comparison, Measurement, Row
from haproxy import haproxy_proxy
from idle import PER_IDLE, RESIDENT, Memory
from load import Load
from micro import NS, Micro
from nginx import (
    logging_proxy_config, nginx, proxy_config, streaming_proxy_config, upstream_config,
)
from open_loop import GROWTH, P99, Arrivals, latencies, second_thread
from processes import Processes, Started
from programs import program
from proxied import Place, Starter, measure_load, proxied, side_by_side
from secured import secured
from sidecar import PATH, Sidecar

LOAD = Load(PATH, connections=64)
SECURED_LOAD = Load(PATH, connections=64, scheme="https")
UNTRACED = Sidecar(sample_ratio=0)
CONDITIONS = "64 keep-alive connections, saturating, 140-byte answers; one worker each, alone on " \
    "a core"


def nginx_proxy(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "nginx-proxy", proxy_config(place), connections=16384)


def logging_nginx(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "nginx-proxy", logging_proxy_config(place))


def streaming_nginx(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "nginx-proxy", streaming_proxy_config(place))


def nginx_workers(workers: int) -> Starter:
    """Connections are spread by the kernel, as ours are."""

    def start(processes: Processes, place: Place) -> Started:
        config = proxy_config(place, listen="reuseport")
        return nginx(processes, place, "nginx-proxy", config, workers)

    return start


def byte_relay(processes: Processes, place: Place) -> Started:
    command = [program("byte_relay"), str(place.port), str(place.upstream)]
    return processes.start("byte-relay", command, place.core)


def application(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "application", upstream_config(place))


def total(m: Measurement) -> float:
    return m.us_per_request(m.cpu.total)


def user(m: Measurement) -> float:
    return m.us_per_request(m.cpu.user)


def also(key: str):
    return lambda m: m.also[key]


def bodies(size: int, upload: bool) -> Comparison:
    measuring = Bodies(size, upload)
    name = f"{size} MB {'uploads' if upload else 'downloads'}"
    return Comparison(
        open=side_by_side(Sidecar(), streaming_nginx, measuring.upstream, measuring),
        peer_name="nginx",
        rows=(
            Row(f"CPU per MB of {name}, sidecar / nginx", "µs/MB", 1.0, total),
            Row(f"memory grown by {name}", "MB", 2.0, also(GROWN), absolute=True),
        ),
        seconds=3 if size < 10 else 5,
        warm_up=1 if size < 10 else 2,
        most=7 if size < 10 else 5,
        note="a few connections, saturating; nginx buffers in memory only",
    )


def counted(row: Row, side: Starter) -> Comparison:
    counting = Counted(side, LOAD)
    return Comparison(
        open=side_by_side(counting.start, None, application, counting.measure),
        rows=(row,),
        seconds=1,
        most=3,
        note="64 keep-alive connections, saturating; calls of the whole process",
    )


def micro(open: Micro, row: Row) -> Comparison:
    return Comparison(
        open=open,
        peer_name="prometheus-cpp" if open.peer else "",
        rows=(row,),
        seconds=0.3,
        warm_up=0,
        most=9,
        note=f"{open.program}, one thread",
    )


COMPARISONS = [
    Comparison(
        open=proxied(Sidecar(), nginx_proxy, application, LOAD),
        peer_name="nginx",
        rows=(
            Row("CPU per proxied request, sidecar / nginx", "µs", 0.90, total),
            Row("user CPU per proxied request, sidecar / nginx", "µs", 0.75, user),
        ),
        note=f"{CONDITIONS}; ours with RED metrics, SLI counters, learned routes, the relay "
        "and 1 % of the spans exported, nginx without logs",
    ),
    Comparison(
        open=proxied(Sidecar(), haproxy_proxy, application, LOAD),
        peer_name="haproxy",
        rows=(Row("CPU per proxied request, sidecar / haproxy", "µs", 0.85, total),),
        note=f"{CONDITIONS}; haproxy without logs",
    ),
    Comparison(
        open=proxied(byte_relay, nginx_proxy, application, LOAD),
        peer_name="nginx",
        rows=(Row("CPU per relayed request, bytes only / nginx", "µs", None, total),),
        most=7,
        note=f"{CONDITIONS}; \"ours\" only copies bytes between two sockets: the floor",
    ),
    Comparison(
        open=proxied(Sidecar(access_log=True), logging_nginx, application, LOAD),
        peer_name="nginx",
        rows=(Row("CPU per request with access log, sidecar / nginx", "µs", 1.10, total),),
        most=9,
        note=f"{CONDITIONS}; every request a line of JSON in a file on both sides",
    ),
    Comparison(
        open=secured(application, lambda started, place, setting: measure_load(
            started.pid, SECURED_LOAD, place.port, setting)),
        peer_name="nginx",
        rows=(Row("CPU per request with TLS, sidecar / nginx", "µs", 1.0, total),),
        most=9,
        note=f"{CONDITIONS}; no resumption, records of up to 16 KiB",
    ),
    Comparison(
        open=latencies(Sidecar(), nginx_proxy, application, PATH),
        peer_name="nginx",
        rows=(Row("p99 from the intended start, sidecar / nginx", "ms", 1.10, also(P99)),),
        most=9,
        note="64 connections, 60 % of saturation; generator and upstream share the other core",
    ),
    Comparison(
        open=side_by_side(UNTRACED, nginx_proxy, application, Memory(LOAD, 1000, 9000)),
        peer_name="nginx",
        rows=(
            Row("memory under 64 connections", "MB", 12, also(RESIDENT), absolute=True),
            Row("memory of an idle connection", "KB", 3, also(PER_IDLE), absolute=True),
        ),
        seconds=1,
        most=5,
        note="resident at most under load, no span waiting; RssAnon from 1,000 to 9,000 idle "
        "connections that have served a request",
    ),
    Comparison(
        open=secured(application, Memory(SECURED_LOAD, 500, 3500), UNTRACED),
        peer_name="nginx",
        rows=(
            Row("memory under 64 TLS connections", "MB", 16, also(RESIDENT), absolute=True),
            Row("memory of an idle TLS connection, sidecar / nginx", "KB", 1.2, also(PER_IDLE)),
        ),
        seconds=1,
        most=5,
        note="as above, from 500 to 3,500 idle connections",
    ),
    bodies(1, upload=False),
    bodies(1, upload=True),
    bodies(100, upload=False),
    bodies(100, upload=True),
    Comparison(
        open=second_thread(lambda workers: Sidecar(workers=workers), nginx_workers, application,
                           Arrivals(PATH, 20_000, kind="uniform")),
        peer_name="nginx",
        rows=(Row("growth with a second thread, sidecar / nginx", "times", 1.05, also(GROWTH)),),
        seconds=3,
        most=9,
        note="20,000 requests a second over 64 connections: CPU with two workers by CPU with one",
    ),
    counted(
        Row("clock reads of a proxied request", "calls", 6, also(CLOCKS)),
        Sidecar(),
    ),
    counted(
        # 0.01 is what the background does: timers, the sender of spans.
        Row("allocations of a plain request", "calls", 0.01, also(ALLOCATIONS)),
        UNTRACED,
    ),
    micro(
        Micro("metrics_bench", "observe_shard", "observe_prometheus_cpp"),
        Row("an observation", "ns", 5, also(NS), absolute=True),
    ),
    micro(
        Micro("metrics_bench", "expose_shard", "expose_prometheus_cpp"),
        Row("exposition of 1,000 histograms, ours / TextSerializer", "ms", 1 / 25,
            lambda m: m.also[NS] / 1e6),
    ),
    micro(
        Micro("request_head_bench", "parse_request_head"),
        Row("parsing the head of a request", "ns", None, also(NS)),
    ),
    micro(
        Micro("request_head_bench", "context_and_head"),
        Row("trace context, sampling and the head for the upstream", "ns", None, also(NS)),
    ),
]
