"""redis-benchmark: what adding a message to a stream costs where nothing else is done."""

import os
import subprocess
import time

from entries import Entry
from service import Stack

STREAM = "s"


def add_entries(stack: Stack, entry: Entry, connections: int, count: int, core: int) -> float:
    """XADDs `count` entries of the size of `entry`; gives the seconds that it took."""
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(stack.redis_port)]
    command += ["-a", stack.redis_password, "-c", str(connections), "-n", str(count), "-q"]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "XADD", STREAM, "*", *entry.words()],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode != 0:
        raise RuntimeError(f"redis-benchmark failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return time.monotonic() - began
