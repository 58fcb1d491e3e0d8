"""The load generator: wrk, with its counts as JSON, saturating or at a fixed rate."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

UNSAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
SAMPLED = UNSAMPLED[:-1] + "1"
SAMPLED_EVERY = 100  # requests, as behind a sidecar that keeps 1 % of the traces

# Requests that vary are written beforehand and sent in turn; of `sampled_every` of them one carries
# the flag that its trace is kept. `delay` holds a rate: every request gets the next slot of its
# thread's schedule, so a late answer does not thin out what follows. `done` reports what wrk really
# counted.
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

local function read(file)
  local input = assert(io.open(file, "rb"))
  local text = input:read("*a")
  input:close()
  return text
end

function init()
  local body = read("%(body)s")
  wrk.method = "%(method)s"
  if body ~= "" then wrk.body = body end
end

local every, sent, plain, traced = %(every)d, 0, {}, {}
if %(varied)s then
  local settle = init
  function init()
    settle()
    for path in read("%(paths)s"):gmatch("[^\\n]+") do
      if every > 0 then
        wrk.headers["traceparent"] = "%(sampled)s"
        traced[#traced + 1] = wrk.format(nil, path)
        wrk.headers["traceparent"] = "%(unsampled)s"
      end
      plain[#plain + 1] = wrk.format(nil, path)
    end
  end

  function request()
    sent = sent + 1
    local from = plain
    if every > 0 and sent %% every == 0 then from = traced end
    return from[sent %% #from + 1]
  end
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
    '{"requests": %%d, "seconds": %%.6f, "errors": %%d, "p50_us": %%d, "p99_us": %%d, '
    .. '"bytes": %%.0f}',
    summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), summary.bytes))
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
    method: str = "GET"
    body: str = ""
    paths: tuple[str, ...] = field(default=(), repr=False)  # asked in turn, instead of `path`
    sampled_every: int = 0  # 0: requests carry no trace context
    scheme: str = "http"


@dataclass(frozen=True)
class LoadResult:
    requests: int
    seconds: float
    errors: int
    p50_us: float
    p99_us: float
    bytes: int = 0  # read, heads included, of unfinished answers too


class LoadFailed(RuntimeError):
    """The run does not count: requests failed, or the rate was not held."""


def script_for(load: Load, directory: Path) -> Path:
    """Writes what wrk is to do into `directory`; its counts will be in load.json beside it."""
    files = {name: directory / f"load.{name}" for name in ("lua", "json", "paths", "body")}
    files["paths"].write_text("\n".join(load.paths or (load.path,)))
    files["body"].write_text(load.body)
    varied = bool(load.paths) or load.sampled_every > 0
    words = {"rate": load.rate, "result": files["json"], "method": load.method,
             "varied": "true" if varied else "false", "every": load.sampled_every,
             "unsampled": UNSAMPLED, "sampled": SAMPLED,
             "paths": files["paths"], "body": files["body"]}
    files["lua"].write_text(SCRIPT % words)
    return files["lua"]


def run_load(load: Load, port: int, seconds: float, core: int, directory: Path) -> LoadResult:
    """Runs wrk, pinned to `core`; raises LoadFailed when any request failed."""
    script, result = script_for(load, directory), directory / "load.json"
    result.unlink(missing_ok=True)
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds:g}s", "--timeout", "5s"]
    for header in load.headers:
        command += ["-H", header]
    finished = subprocess.run(
        [*command, "-s", str(script), f"{load.scheme}://127.0.0.1:{port}{load.path}"],
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
    if counted.requests == 0 and counted.bytes == 0:
        raise LoadFailed("no request was answered")
    reached = counted.requests / counted.seconds
    if load.rate and abs(reached / load.rate - 1) > 0.03:
        raise LoadFailed(f"{reached:.0f} requests a second instead of {load.rate:.0f}")
