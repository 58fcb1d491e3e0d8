#!/usr/bin/env python3
"""Whatever breaks between a probe and what an application calls, the probe says where and why: every
fault of verdict_table.py is injected into the running chain (probe, what stands before the sidecar,
sidecar, application, called service), and the verdict is exactly the one that is expected. Every
place and every reason that there is a label for has a fault here.

Exit codes: 0 all well, 1 not, 77 without openssl. As root it has a network and a name server of its
own; without, faults of names and routes are left out, and it says which.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import verdict_edge as edge
from authority import Authority
from probes import KEY, Probe, Runs
from servers import Skip, free_port, wait_until
from sidecars import Application, SidecarTest, fetch, run_tests
from stack import ROOT, Stack
from verdict_table import FAULTS, STEP_TIMEOUT, Fault

PRIVATE = "REMORA_PRIVATE_NETWORK"


class VerdictApp(Application):
    """verdict_app.py, as the application and as what it calls."""

    def command(self) -> list[str]:
        return [sys.executable, str(Path(__file__).with_name("verdict_app.py")), str(self.port)]

    def answers(self) -> bool:
        return fetch(f"http://127.0.0.1:{self.port}/ok")[0] == 200


def labels(function: str) -> list[str]:
    """The names that a `to_label` of the verdict gives, by its array in the source."""
    source = (ROOT / "probe/verdict/verdict.cpp").read_text()
    text = source.split(f"const char* to_label({function}", 1)[1].split("return", 1)[0]
    return re.findall(r'"(\w+)"', text)


def matrix(rows: list[tuple[str, str]], places: list[str]) -> str:
    """How often a fault at a place (row) was blamed on a place (column)."""
    count = Counter(rows)
    lines = ["injected \\ said".ljust(16) + "".join(place.rjust(12) for place in places)]
    for injected in places:
        if any(row[0] == injected for row in rows):
            cells = (str(count[injected, said] or "·").rjust(12) for said in places)
            lines.append(injected.ljust(16) + "".join(cells))
    return "\n".join(lines)


class VerdictsTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        try:
            self.authority = Authority(self.directory)
        except Skip as why:
            self.skipTest(str(why))
        self.authority.issue("good", "IP:127.0.0.1")
        self.authority.issue("other", "DNS:other.test")
        self.authority.issue_expired("old", "IP:127.0.0.1")
        self.authority.self_sign("self", "IP:127.0.0.1")
        self.app = self.begin(self.verdict_app("application"))
        self.called = self.begin(self.verdict_app("called"))
        self.car = self.sidecar(self.chain())
        self.car.arguments = ["--allow-faults"]
        self.begin(self.car)
        self.runs = Runs(self.directory, self.programs)

    def verdict_app(self, name: str) -> VerdictApp:
        return VerdictApp(self.directory, self.spawner, name).place()

    def chain(self) -> dict:
        """The sidecar: a listener for each thing that it can do to a request."""
        def inbound(name: str, port: int = self.app.port, **more) -> dict:
            return {"name": name, "upstream": f"127.0.0.1:{port}", "timeout": "300ms"} | more

        def tls(name: str) -> dict:
            return {"certificate": self.authority.path(f"{name}.crt"),
                    "key": self.authority.path(f"{name}.key")}

        def limited(**more) -> dict:
            limit = {"limit": 1, "enforce": True} | more
            return {"timeout": "5s", "protection": {"reserve": 0, "concurrency": limit}}
        rate = {"rate": 0.001, "burst": 1, "enforce": True}
        outbound = [{"name": name, "upstream": f"127.0.0.1:{port}", "timeout": "400ms"}
                    for name, port in (("scores", self.called.port), ("lost", free_port()))]
        return {
            "synthetic": {"keys": [KEY]},
            "inbound": [
                inbound("in", timeout="500ms"),
                inbound("patient", timeout="10s"),
                inbound("gone", free_port()),
                inbound("rated", protection={"reserve": 0, "rates": [rate]}),
                inbound("narrow", **limited()),
                inbound("queued", **limited(queue={"length": 8, "timeout": "5s"})),
                inbound("expired", tls=tls("old")),
                inbound("wrong-name", tls=tls("other")),
                inbound("self-signed", tls=tls("self")),
                inbound("delayed", faults=[{"delay": "250ms"}]),
                inbound("aborted", faults=[{"abort": 503}]),
                inbound("reset", faults=[{"reset": True}]),
            ],
            "outbound": outbound,
        }

    # What the table asks of its world.
    def port(self, listener: str) -> int:
        return self.car.at(listener)

    def base(self, listener: str) -> str:
        scheme = "https" if listener in ("expired", "wrong-name", "self-signed") else "http"
        return f"{scheme}://127.0.0.1:{self.port(listener)}"

    free_port = staticmethod(free_port)

    def real_chain(self, stack: ExitStack) -> tuple[str, Stack]:
        """The sidecar before remora-api securities, and between that and remora-api scores."""
        car = self.sidecar({"synthetic": {"keys": [KEY]},
                            "inbound": [{"name": "securities", "upstream": "127.0.0.1:1"}],
                            "outbound": [{"name": "scores", "upstream": "127.0.0.1:1"}]}, "real")
        scores = {"url": f"http://127.0.0.1:{car.at('scores')}"}
        api = stack.enter_context(Stack(self.programs, options={"securities": {"scores": scores}}))
        for side, role in (("inbound", api.securities), ("outbound", api.scores)):
            car.config[side][0]["upstream"] = role.base.removeprefix("http://")
        stack.callback(car.stop)
        car.start()
        return f"http://127.0.0.1:{car.at('securities')}", api

    def must_answer(self, url: str) -> None:
        wait_until(lambda: fetch(url)[0] == 200, what=url)

    def bound_socket(self) -> socket.socket:
        taken = socket.socket()
        taken.bind(("0.0.0.0", 0))
        return taken

    @contextmanager
    def waiting_request(self, listener: str, path: str):
        """A request of somebody else's that is at the application when the block begins."""
        def ask() -> None:
            client = http.client.HTTPConnection("127.0.0.1", self.port(listener), timeout=60)
            client.request("GET", path)
            client.getresponse().read()
            client.close()
        active = "http_server_active_requests"
        asking = threading.Thread(target=ask)
        asking.start()
        wait_until(lambda: self.car.metric(active) >= 1, what="a request at the application")
        yield
        asking.join()

    def verdicts(self, fault: Fault) -> list[str]:
        with ExitStack() as stack:
            base = fault.at(self, stack)
            steps = fault.steps(base) if callable(fault.steps) else fault.steps
            steps = steps or [{"name": "ask", "http": {"url": "${target.base}" + fault.path}}
                                    | fault.step]
            scenario = {"name": "fault", "interval": "300ms", "step_timeout": STEP_TIMEOUT,
                        "timeout": "5s", "steps": steps} | fault.scenario
            secret = KEY["secret"] if fault.key == "right" else KEY["secret"][::-1]
            config = {"targets": {"base": base}, "tls": {"ca": self.authority.path("ca.crt")},
                      "signing": {"key_id": KEY["id"], "secret": secret}}
            done = self.runs.run(scenario, config, "--iterations", str(1 + fault.good_before))
        self.assertIsNotNone(done.report, done.output)
        self.assertEqual(done.scenario()["failed"] > 0, done.code in (1, 69), done.output)
        return done.verdicts()

    def test_every_fault_gets_its_verdict(self) -> None:
        network = bool(os.environ.get(PRIVATE))
        if network:
            server = edge.NameServer()
            self.stack.callback(server.close)
        wrong, seen, left_out = [], [], []
        for fault in FAULTS:
            if fault.needs == "network" and not network:
                left_out.append(fault.name)
                continue
            said = self.verdicts(fault)
            print(f"{fault.place:<11} {fault.name:<72} {', '.join(said)}", flush=True)
            if said != [fault.verdict]:
                wrong.append(f"{fault.name}: {said}, expected {fault.verdict}")
            seen.extend((fault.place, verdict) for verdict in said)
        places = labels("place_of_failure")
        print(matrix([(place, verdict.split()[0]) for place, verdict in seen], places))
        print(f"{len(seen)} faults, {len({verdict for _, verdict in seen})} verdicts")
        self.assertEqual(wrong, [])
        if left_out:
            print(f"left out without a network of its own: {', '.join(left_out)}")

    def test_every_label_has_a_fault(self) -> None:
        said = {fault.verdict for fault in FAULTS}
        self.assertEqual(set(labels("place_of_failure")) - {verdict.split()[0] for verdict in said},
                         set(), "places that no fault is blamed on")
        # A run that is cut off by the probe's own end has no verdict: it counts as missed.
        never = {"cancelled"}
        reasons = set(labels("failure_reason")) - never
        self.assertEqual(reasons - {verdict.split()[1] for verdict in said}, set(),
                         "reasons that no fault has")

    def test_a_run_that_the_probes_end_cuts_off_has_no_verdict(self) -> None:
        """It counts as missed: nobody but the probe had to do with it."""
        config = {"targets": {"base": self.base("patient")}, "drain": {"grace": "200ms"}}
        # The first start comes within an interval.
        hanging = {"name": "hanging", "interval": "1s", "step_timeout": "60s", "timeout": "60s",
                   "steps": [{"name": "ask", "http": {"url": "${target.base}/hang"}}]}
        probe = self.begin(Probe(self.directory, self.programs, config, {"a.yaml": hanging},
                                 self.spawner))
        wait_until(lambda: probe.metric("remora_probe_running", scenario="hanging"), what="a run")
        self.assertEqual(probe.stop(), 0)
        lines = [json.loads(line) for line in probe.log.splitlines()]
        self.assertEqual([line for line in lines if line["body"] == "run failed"], [])
        stopped = next(line for line in lines if line["body"] == "runs stopped")
        self.assertEqual(stopped["runs"], 0, stopped)
        self.assertGreaterEqual(stopped["missed_shutdown"], 1)
        self.assertTrue(stopped["balanced"], stopped)

    def test_another_place_is_blamed_for_a_reason_only(self) -> None:
        for fault in FAULTS:
            with self.subTest(fault.name):
                self.assertEqual(fault.place != fault.verdict.split()[0], bool(fault.alike))


def in_private_network() -> int | None:
    """Runs this program again in a network and with mounts of its own, where it is the name server;
    None where that cannot be had."""
    if os.environ.get(PRIVATE) or os.geteuid() != 0:
        return None
    resolver = Path(f"/tmp/remora-resolver-{os.getpid()}")
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:5 attempts:1\n")
    # To 198.51.100.0/24 there is a way, on which everything is lost; to 192.0.2.0/24 there is none.
    setup = (f"ip link set lo up && ip route add 198.51.100.0/24 dev lo"
             f" && mount --bind {resolver} /etc/resolv.conf")
    private = ["unshare", "--net", "--mount", "sh", "-c", f"{setup} && exec \"$@\"", "sh"]
    try:
        if subprocess.run([*private, "true"], capture_output=True, check=False).returncode != 0:
            return None
        return subprocess.run([*private, sys.executable, *sys.argv], check=False,
                              env=os.environ | {PRIVATE: "1"}).returncode
    except FileNotFoundError:
        return None
    finally:
        resolver.unlink()


if __name__ == "__main__":
    again = in_private_network()
    sys.exit(run_tests(__name__, __doc__) if again is None else again)
