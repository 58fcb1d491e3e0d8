#!/usr/bin/env python3
"""The probe's traces at a real Jaeger: a span for a run, its steps and their phases, with the sidecar's
server span below the step's; failed runs are always there, passed ones as their share says; the trace
id of every log line and of every exemplar is one that Jaeger has.

Exit codes: 0 all well, 1 not, 77 where Jaeger (tools/) cannot be built.
"""

import json
import re
import sys

from probes import KEY, Probe
from servers import Skip, wait_until
from sidecars import Jaeger, SidecarTest, run_tests


def tags(span: dict) -> dict:
    return {tag["key"]: tag["value"] for tag in span["tags"]}


def parent(span: dict) -> str | None:
    return span["references"][0]["spanID"] if span["references"] else None


class ProbeTracesTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        try:
            self.jaeger = self.begin(Jaeger(self.directory, self.spawner))
        except Skip as why:
            self.skipTest(str(why))
        self.app = self.begin(self.application())
        self.car = self.begin(self.sidecar({
            "synthetic": {"keys": [KEY]}, "otlp": {"endpoint": self.jaeger.otlp, "interval": "20ms"},
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{self.app.port}"}]}))

    def probe(self, scenarios: dict[str, dict]) -> Probe:
        config = {"targets": {"base": f"http://127.0.0.1:{self.car.at('in')}"},
                  "otlp": {"endpoint": self.jaeger.otlp, "interval": "20ms"},
                  "signing": {"key_id": KEY["id"], "secret": KEY["secret"]}}
        files = {f"{name}.yaml": {"name": name, "interval": "200ms"} | one
                 for name, one in scenarios.items()}
        return self.begin(Probe(self.directory, self.programs, config, files, self.spawner))

    def traces(self, scenario: str) -> list[dict]:
        """Jaeger's, as the probe's spans are in them."""
        return [trace for trace in self.jaeger.traces("probe")
                if any(span["operationName"] == f"probe {scenario}" for span in trace["spans"])]

    def test_a_run_its_steps_and_their_phases_are_one_trace_with_the_servers(self) -> None:
        step = {"name": "ask", "http": {"url": "${target.base}/ok"}}
        self.probe({"good": {"steps": [step, step | {"name": "again"}]}})

        def whole() -> dict | None:
            for trace in self.traces("good"):
                kinds = [tags(span).get("span.kind") for span in trace["spans"]]
                if kinds.count("server") == 2 and kinds.count("client") >= 2:
                    return trace
            return None
        wait_until(whole, what="a trace with the spans of both")
        spans = {span["spanID"]: span for span in whole()["spans"]}
        by_name = {span["operationName"]: span for span in spans.values()}
        run = by_name["probe good"]
        self.assertIsNone(parent(run))
        for name, phases in (("GET ask", ["TCP connect"]), ("GET again", [])):
            one = by_name[name]
            self.assertEqual(parent(one), run["spanID"])
            told = tags(one)
            self.assertEqual(told["span.kind"], "client")
            self.assertEqual(told["http.request.method"], "GET")
            self.assertEqual(told["http.response.status_code"], 200)
            self.assertEqual(told["server.port"], self.car.at("in"))
            self.assertEqual(told["network.peer.address"], "127.0.0.1")
            self.assertEqual(told["user_agent.synthetic.type"], "test")
            children = [span for span in spans.values() if parent(span) == one["spanID"]]
            below = {span["operationName"] for span in children}
            self.assertLessEqual({*phases, "send request", "wait for response", "receive"}, below)
            if not phases:
                self.assertNotIn("TCP connect", below, "the connection was kept")
            servers = [span for span in children if tags(span).get("span.kind") == "server"]
            self.assertEqual(len(servers), 1, below)
            for span in children:
                if span in servers:
                    continue
                self.assertGreaterEqual(span["startTime"] + 1, one["startTime"])
                self.assertLessEqual(span["startTime"] + span["duration"],
                                     one["startTime"] + one["duration"] + 2)

    def test_failed_runs_are_there_whatever_is_sampled(self) -> None:
        probe = self.probe({
            "bad": {"trace_ratio": 0, "steps": [{"name": "ask", "http": {
                "url": "${target.base}/half-head"}}]},
            "well": {"trace_ratio": 0, "steps": [{"name": "ask", "http": {
                "url": "${target.base}/ok"}}]}})

        def runs(scenario: str) -> float:
            return probe.metric("remora_probe_runs_total", scenario=scenario) or 0
        wait_until(lambda: runs("bad") >= 5 and runs("well") >= 5, what="runs of both")
        probe.stop()
        lines = [json.loads(line) for line in probe.log.splitlines()]
        failed = [line for line in lines if line["body"] == "run failed"]
        self.assertGreaterEqual(len(failed), 5)
        for line in failed:
            trace = line["trace_id"]
            wait_until(lambda trace=trace: self.jaeger.trace(trace), what=f"trace {trace}")
            names = {span["operationName"]: tags(span)
                     for span in self.jaeger.trace(trace)["spans"]}
            self.assertEqual(names["probe bad"]["remora.probe.where"], "app")
            self.assertEqual(names["GET ask"]["error.type"], "502")
        self.assertEqual(self.traces("well"), [])

    def test_exemplars_lead_to_traces(self) -> None:
        probe = self.probe({"good": {"steps": [{"name": "ask", "http": {
            "url": "${target.base}/ok"}}]}})
        family = (r'^remora_probe_(run|step)_duration_seconds_bucket\{.*'
                  r'# \{trace_id="(\w+)",span_id="(\w+)"\}')

        def exemplars() -> list[tuple]:
            text = probe.get("/metrics", "application/openmetrics-text")[1]
            return re.findall(family, text, re.M)
        wait_until(lambda: {one[0] for one in exemplars()} == {"run", "step"}, what="exemplars")
        for kind, trace, span in exemplars():
            # Acknowledged is not yet to be found: Jaeger has a queue of its own.
            wait_until(lambda trace=trace: self.jaeger.trace(trace), what=f"trace {trace}")
            found = self.jaeger.trace(trace)
            names = {one["spanID"]: one["operationName"] for one in found["spans"]}
            self.assertEqual(names[span], "probe good" if kind == "run" else "GET ask")
        self.assertNotIn("trace_id", probe.get("/metrics")[1], "0.0.4 has no exemplars")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
