"""`./dev bench relay`: what a span costs that is received, queued and sent on, against an
OpenTelemetry collector with the same queue, batches and compression."""

import gzip
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import otlp_load
from comparison import Comparison, Measurement, Row, Setting, Sides
from load import LoadFailed
from processes import Cpu, Processes, Started, free_port
from programs import program
from proxied import Place

ROOT = Path(__file__).resolve().parents[3]
QUEUE, BATCH, INTERVAL = 500_000, 8192, "200ms"

SIDECAR = f"""\
service: bench
admin: {{{{listen: "127.0.0.1:0"}}}}
inbound: [{{{{name: unused, listen: "127.0.0.1:0", upstream: "127.0.0.1:{{upstream}}"}}}}]
relay: {{{{listen: "127.0.0.1:{{port}}"}}}}
otlp:
  endpoint: "http://127.0.0.1:{{upstream}}"
  queue: {QUEUE}
  batch: {BATCH}
  interval: {INTERVAL}
  compression: {{compression}}
drain: {{{{delay: 0s, grace: 1s}}}}
"""

COLLECTOR = f"""\
receivers: {{{{otlp: {{{{protocols: {{{{http: {{{{endpoint: "127.0.0.1:{{port}}"}}}}}}}}}}}}}}}}
exporters:
  otlphttp:
    endpoint: "http://127.0.0.1:{{upstream}}"
    compression: {{compression}}
    {{level}}
    sending_queue:
      queue_size: {QUEUE}
      sizer: items
      num_consumers: 1
      batch: {{{{flush_timeout: {INTERVAL}, min_size: {BATCH}, max_size: {BATCH}, sizer: items}}}}
service:
  pipelines: {{{{traces: {{{{receivers: [otlp], exporters: [otlphttp]}}}}}}}}
  telemetry: {{{{metrics: {{{{level: none}}}}, logs: {{{{level: warn}}}}}}}}
"""


def sidecar(processes: Processes, place: Place, zipped: bool) -> Started:
    config = place.directory / "sidecar.yaml"
    config.write_text(SIDECAR.format(port=place.port, upstream=place.upstream,
                                     compression="gzip" if zipped else "none"))
    command = [program("remora-sidecar"), "--config", str(config)]
    return processes.start("sidecar", command, place.core)


def collector(processes: Processes, place: Place, zipped: bool) -> Started:
    config = place.directory / "collector.yaml"
    config.write_text(COLLECTOR.format(port=place.port, upstream=place.upstream,
                                       compression="gzip" if zipped else "none",
                                       level="compression_params: {level: 1}" if zipped else ""))
    return processes.start("collector", [collector_program(), "--config", str(config)], place.core)


def collector_program() -> str:
    """Built on first use; REMORA_OTEL_COLLECTOR names another one."""
    given = os.environ.get("REMORA_OTEL_COLLECTOR")
    if not given:
        subprocess.run([ROOT / "tools/install-go-tool", "otel-collector"], check=True)
    return given or str(ROOT / "build/tools/bin/otel-collector")


def backend(processes: Processes, place: Place) -> Started:
    command = [sys.executable, otlp_load.__file__, str(place.upstream)]
    return processes.start("backend", command, place.core)


@dataclass(frozen=True)
class Traffic:
    """What both sides get, each at a rate (requests a second) that keeps its core about a third busy:
    alike idle they pay alike for waking up, and neither fills its queue."""

    zipped: bool
    ours: int
    peer: int


@dataclass(frozen=True)
class Reading:
    """What the side has used and what has arrived behind it."""

    cpu: Cpu
    spans: int
    requests: int


def read(started: Started, backend_port: int) -> Reading:
    with urllib.request.urlopen(f"http://127.0.0.1:{backend_port}/count") as answer:
        spans, requests = map(int, answer.read().split())
    return Reading(threads_cpu(started.pid), spans, requests)


def threads_cpu(pid: int) -> Cpu:
    """In nanoseconds' resolution, as the ticks of /proc/PID/stat are coarse for what costs little;
    what is user and what is system is then unknown, and shown as user."""
    spent = sum(int((task / "schedstat").read_text().split()[0])
                for task in Path(f"/proc/{pid}/task").iterdir())
    return Cpu(spent / 1e9, 0)


def send(place: Place, body: Path, zipped: bool, rate: int, seconds: float, core: int) -> None:
    """wrk with the same request again and again, at the rate."""
    script = place.directory / "spans.lua"
    script.write_text(WRK % {"body": body, "rate": rate, "zipped": "true" if zipped else "false"})
    finished = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds:g}s", "--timeout", "5s", "-s", str(script),
         f"http://127.0.0.1:{place.port}/v1/traces"],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 30)
    sent, errors = map(int, (finished.stderr.split() or ["0", "1"])[-2:])
    # A machine that stalls now and then may fall behind the rate, far behind for a while; a refused
    # request would cost without a span that arrives.
    if finished.returncode != 0 or errors or sent / seconds < rate / 20:
        raise LoadFailed(f"{sent} requests, {errors} errors: {finished.stderr[-500:]}")


# Every request has its slot, as in load.py.
WRK = """
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } remora_time;
  int clock_gettime(int clock, remora_time *time);
]]
local moment = ffi.new("remora_time")
local function now_ms()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1000 + tonumber(moment.nanoseconds) / 1e6
end
function init()
  local input = assert(io.open("%(body)s", "rb"))
  wrk.method = "POST"
  wrk.body = input:read("*a")
  wrk.headers["Content-Type"] = "application/x-protobuf"
  if %(zipped)s then wrk.headers["Content-Encoding"] = "gzip" end
end
local slot
function delay()
  local now = now_ms()
  slot = math.max(slot or now, now - 1000) + 1000 / %(rate)d
  return math.max(0, math.floor(slot - now))
end
function done(summary, latency, requests)
  local e = summary.errors
  io.stderr:write(string.format("%%d %%d\\n", summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def measure(side, zipped: bool, rate: int, setting: Setting) -> Measurement:
    body = setting.directory / "request"
    body.write_bytes(gzip.compress(otlp_load.request()) if zipped else otlp_load.request())
    cores = setting.cores
    place = Place(free_port(), free_port(), setting.directory, cores.side)
    with Processes(setting.directory) as processes:
        behind = Place(0, place.upstream, setting.directory, cores.load)
        backend(processes, behind).wait_listening(place.upstream)
        started = side(processes, place, zipped).wait_listening(place.port)
        send(place, body, zipped, rate, setting.warm_up, cores.load)
        before = read(started, place.upstream)
        send(place, body, zipped, rate, setting.seconds, cores.load)
        after = read(started, place.upstream)
    spans = after.spans - before.spans
    if spans == 0:
        raise LoadFailed("nothing arrived at the backend")
    return Measurement(after.cpu - before.cpu, spans, spans / setting.seconds,
                       {"spans a batch": spans / max(1, after.requests - before.requests)})


def relayed(traffic: Traffic):
    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        yield Sides(partial(measure, sidecar, traffic.zipped, traffic.ours, setting),
                    partial(measure, collector, traffic.zipped, traffic.peer, setting))

    return opened


def spans_per_cpu_second(m: Measurement) -> float:
    return m.requests / m.cpu.total / 1e6


def comparison(traffic: Traffic, bound: float, name: str) -> Comparison:
    row = Row(f"spans per CPU second, {name}, sidecar / collector", "million/s", bound=bound,
              value=spans_per_cpu_second, higher_is_better=True)
    return Comparison(
        open=relayed(traffic), rows=(row,), peer_name="collector", seconds=6, warm_up=2,
        note=f"requests of {otlp_load.SPANS} spans with 10 attributes, {traffic.ours} a second "
        f"and {traffic.peer} (the collector); queue of {QUEUE} spans, batches of {BATCH}, sent after {INTERVAL} at the latest")


COMPARISONS = [
    comparison(Traffic(zipped=False, ours=4000, peer=400), 10, "plain in and out"),
    comparison(Traffic(zipped=True, ours=1500, peer=400), 2, "gzip in and out (level 1)"),
]
