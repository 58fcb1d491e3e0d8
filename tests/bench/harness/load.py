"""The load generator: wrk, with its counts as JSON, saturating or at a fixed rate."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# `delay` holds a rate: every request gets the next slot of its thread's schedule, so a late
# answer does not thin out what follows. `done` reports what wrk really counted.
SCRIPT = """
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

local rate = %(rate)s
if rate > 0 then
  local slot
  function delay()
    local now = now_ms()
    slot = math.max(slot or now, now - 1000) + 1000 / rate
    return math.max(0, math.floor(slot - now))
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  local out = io.open("%(result)s", "w")
  out:write(string.format(
    '{"requests": %%d, "seconds": %%.6f, "errors": %%d, "p50_us": %%d, "p99_us": %%d}',
    summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
  out:close()
end
"""


@dataclass(frozen=True)
class Load:
    """What is asked of a side. `rate` in requests a second; 0 is as fast as it answers."""

    path: str
    connections: int = 64
    rate: float = 0
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadResult:
    requests: int
    seconds: float
    errors: int
    p50_us: float
    p99_us: float


class LoadFailed(RuntimeError):
    """The run does not count: requests failed, or the rate was not held."""


def run_load(load: Load, port: int, seconds: float, core: int, directory: Path) -> LoadResult:
    """Runs wrk, pinned to `core`; raises LoadFailed when any request failed."""
    result, script = directory / "load.json", directory / "load.lua"
    result.unlink(missing_ok=True)
    script.write_text(SCRIPT % {"rate": load.rate, "result": result})
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds:g}s", "--timeout", "5s"]
    for header in load.headers:
        command += ["-H", header]
    finished = subprocess.run(
        [*command, "-s", str(script), f"http://127.0.0.1:{port}{load.path}"],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds + 30,
    )
    if finished.returncode != 0 or not result.exists():
        raise LoadFailed(f"wrk failed: {finished.stdout[-500:]} {finished.stderr[-500:]}")
    counted = LoadResult(**json.loads(result.read_text()))
    check(load, counted)
    return counted


def check(load: Load, counted: LoadResult) -> None:
    if counted.errors:
        raise LoadFailed(f"{counted.errors} of {counted.requests} requests failed")
    if counted.requests == 0:
        raise LoadFailed("no request was answered")
    reached = counted.requests / counted.seconds
    if load.rate and abs(reached / load.rate - 1) > 0.03:
        raise LoadFailed(f"{reached:.0f} requests a second instead of {load.rate:.0f}")
