#!/usr/bin/env python3
"""Ten thousand idle connections and a thousand that dribble (slow loris), while normal traffic goes
on: all normal requests succeed, the dribblers are closed, and no idle one is.

Exit codes: 0 all well, 1 not, 77 where a process may not have so many descriptors.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

from servers import wait_until
from sidecar_load import Load
from sidecars import SidecarTest, run_tests

IDLE, SLOW = 10_000, 1_000
HEAD_TIME = 3  # seconds, as configured
DESCRIPTORS = 16_000
BYTES_PER_IDLE = 6 * 1024  # generous: what it takes is measured by the benchmarks
CONNECTIONS = "remora_sidecar_connections"


def anonymous_memory(pid: int) -> int:
    """RssAnon, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no RssAnon of {pid}")


class SidecarConnectionsTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
            self.skipTest(f"a process may have {hard} descriptors here; {DESCRIPTORS} are needed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, DESCRIPTORS), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def crowd(self, kind: str, n: int) -> subprocess.Popen:
        program = Path(__file__).with_name("sidecar_crowd.py")
        crowd = self.stack.enter_context(subprocess.Popen(
            [sys.executable, str(program), kind, str(self.car.at("in")), str(n)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        self.stack.callback(crowd.kill)
        return crowd

    def test_idle_and_slow_clients_do_not_hinder_others(self) -> None:
        app = self.begin(self.application())
        self.car = self.begin(self.sidecar({"inbound": [
            {"name": "in", "upstream": f"127.0.0.1:{app.port}", "idle_timeout": "10m",
             "head": {"time": f"{HEAD_TIME}s"}}]}))
        load = self.stack.enter_context(
            Load(self.car.at("in"), ["/ok", "/echo"], clients=4, pause=0.002))
        wait_until(lambda: load.answers() > 100, what="traffic")

        before = anonymous_memory(self.car.pid)
        idle = self.crowd("idle", IDLE)
        self.assertEqual(idle.stdout.readline(), f"{IDLE}\n")
        self.assertGreaterEqual(self.car.metric(CONNECTIONS, direction="inbound"), IDLE)
        each = (anonymous_memory(self.car.pid) - before) / IDLE
        self.assertLess(each, BYTES_PER_IDLE)

        slow = self.crowd("slow", SLOW)
        self.assertEqual(slow.stdout.readline(), f"{SLOW}\n")
        so_far = load.answers()
        self.assertEqual(slow.stdout.readline(), f"{SLOW}\n", "all slow ones are closed")
        wait_until(lambda: load.answers() > so_far + 100, what="traffic beside the slow ones")
        wait_until(lambda: self.car.metric(CONNECTIONS, direction="inbound") <= IDLE + 4,
                   what="only idle connections and those of the load")

        idle.stdin.write("ask\n")
        idle.stdin.flush()
        self.assertEqual(idle.stdout.readline(), f"{IDLE}\n", "all idle ones are still open")
        load.stop()
        self.assertEqual(set(load.statuses), {200})
        self.assertEqual((load.closed, load.cut, load.refused, load.hung), (0, 0, 0, 0))
        # What the slow ones sent reached nobody.
        self.assertEqual(app.count(), load.answers() + 2 * IDLE)
        self.assert_balanced_end(self.car, self.car.stop())
        print(json.dumps({"bytes_per_idle_connection": round(each), "requests": load.answers()}))

    def test_an_idle_connection_is_closed_at_its_limit(self) -> None:
        app = self.begin(self.application())
        self.car = self.begin(self.sidecar({"inbound": [
            {"name": "in", "upstream": f"127.0.0.1:{app.port}", "idle_timeout": "300ms"}]}))
        idle = self.crowd("idle", 50)
        self.assertEqual(idle.stdout.readline(), "50\n")
        wait_until(lambda: self.car.metric(CONNECTIONS, direction="inbound") == 0,
                   what="no connection")
        idle.stdin.write("ask\n")
        idle.stdin.flush()
        self.assertEqual(idle.stdout.readline(), "0\n")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
