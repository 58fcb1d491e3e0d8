#!/usr/bin/env python3
"""The stand-in for blackbox_exporter by itself: its flags, its pages, what a reload does, and beside
scenarios. (That it says what the real one says: blackbox_parity_test.py.)

Exit codes: 0 all well, 1 not.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.request

from blackbox_servers import Exporter, Listener, Web
from servers import Skip, wait_until
from sidecars import Prometheus, SidecarTest, fetch, run_tests

METRIC = "blackbox_exporter_config_last_reload_successful"


class OperatorsPrometheus(Prometheus):
    """With the scrape job that the Prometheus operator makes of a Probe resource: `spec.prober.url`
    is the stand-in, `spec.module` http_2xx, `spec.targets.staticConfig.static` the targets."""

    def __init__(self, directory, scraped: int, targets: list[str], spawner):
        super().__init__(directory, scraped, spawner)
        self._targets = targets

    def command(self) -> list[str]:
        command = super().command()
        path = self.directory / "prometheus.yaml"
        path.write_text(json.dumps({"scrape_configs": [{
            "job_name": "probe/monitoring/shop",
            "honor_timestamps": True,
            "scrape_interval": "1s", "scrape_timeout": "1s",
            "metrics_path": "/probe", "scheme": "http", "params": {"module": ["http_2xx"]},
            "static_configs": [{"targets": self._targets, "labels": {"namespace": "monitoring"}}],
            "relabel_configs": [
                {"source_labels": ["job"], "target_label": "__tmp_prometheus_job_name"},
                {"source_labels": ["__address__"], "target_label": "__param_target"},
                {"source_labels": ["__param_target"], "target_label": "instance"},
                {"target_label": "__address__", "replacement": f"127.0.0.1:{self._scraped}"},
            ]}]}))
        return command


class StandIn(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        self.web = Web()
        self.program = str(self.programs / "remora-probe")
        self.config = self.directory / "blackbox.yml"
        self.write({"http_2xx": {"prober": "http", "timeout": "5s"},
                    "icmp": {"prober": "icmp", "timeout": "5s"}})

    def write(self, modules: dict) -> None:
        self.config.write_text(json.dumps({"modules": modules}))

    def exporter(self, *flags: str, words: list[str] | None = None) -> Exporter:
        return self.begin(Exporter("stand-in", words or [self.program, "serve"], self.config,
                                   self.spawner, flags))

    def probe(self, exporter: Exporter, path: str = "/", **parameters: str) -> str:
        target = f"http://127.0.0.1:{self.web.port}{path}"
        status, text = exporter.ask("/probe", target=target, **parameters)
        self.assertEqual(status, 200, text)
        return text

    def test_called_by_its_name_behind_a_prefix(self) -> None:
        link = self.directory / "blackbox_exporter"
        link.symlink_to(self.program)
        exporter = self.exporter("--web.external-url=http://probes.test/bb/", words=[str(link)])
        for path in ("/bb/-/healthy", "/-/healthy"):
            self.assertEqual(exporter.ask(path), (200, "Healthy"))
        asked = {"target": f"127.0.0.1:{self.web.port}", "module": "http_2xx"}
        self.assertIn("\nprobe_success 1\n", exporter.ask("/bb/probe", **asked)[1])
        self.assertIn(f"\n{METRIC} 1\n", exporter.ask("/bb/metrics")[1])
        self.assertNotIn("probe_success", exporter.ask("/bbprobe", **asked)[1])

    def test_several_addresses(self) -> None:
        with self.subTest("IPv6 besides"):
            exporter = self.exporter("--web.listen-address=[::1]:0")
            self.probe(exporter)
        log = exporter.log
        self.assertNotIn("cannot listen", log)

    def test_what_has_no_prober_here_is_said(self) -> None:
        done = subprocess.run([self.program, "serve", f"--config.file={self.config}",
                               "--config.check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: module icmp: there is no prober icmp here", done.stdout)
        exporter = self.exporter()
        status, text = exporter.ask("/probe", target="127.0.0.1", module="icmp")
        self.assertEqual(status, 400)
        self.assertIn("icmp", text)

    def test_wrong_flags_are_usage(self) -> None:
        for flag in ("--timeout-offset=soon", "--log.level=loud", "--history.limit=-1",
                     "--web.listen-address=nowhere", "--web.external-url=::"):
            with self.subTest(flag):
                done = subprocess.run([self.program, "serve", f"--config.file={self.config}", flag],
                                      capture_output=True, text=True, check=False, timeout=20)
                self.assertEqual(done.returncode, 64, done.stderr)
                self.assertIn(flag.partition("=")[0], done.stderr)

    def test_the_scraper_says_how_long_a_probe_may_take(self) -> None:
        exporter = self.exporter("--timeout-offset=0.7")
        url = (f"http://127.0.0.1:{exporter.port}/probe?module=http_2xx&debug=true&target="
               f"http://127.0.0.1:{self.web.port}/slow")
        request = urllib.request.Request(
            url, headers={"X-Prometheus-Scrape-Timeout-Seconds": "1"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read().decode()
        self.assertIn("timeout_seconds=0.3\n", text)
        self.assertIn("\nprobe_success 0\n", text)

    def test_pages_of_the_last_probes(self) -> None:
        exporter = self.exporter("--history.limit=2")
        self.probe(exporter, "/status/500")
        for _ in range(4):
            self.probe(exporter, "/ok")
        page = exporter.ask("/")[1]
        self.assertEqual(page.count("<strong>Failure</strong>"), 1)
        self.assertEqual(page.count("Success"), 2)
        self.assertIn("Metrics that would have been returned", exporter.ask("/logs", id="0")[1])
        self.assertEqual(exporter.ask("/logs", id="1"), (404, "Probe id not found\n"))
        status, text = exporter.ask("/logs", module="http_2xx",
                                    target=f"http://127.0.0.1:{self.web.port}/ok")
        self.assertEqual(status, 200)
        self.assertIn("Probe succeeded", text)

    def test_reload_by_signal(self) -> None:
        exporter = self.exporter()
        self.write({"other": {"prober": "http"}})
        os.kill(exporter.pid, signal.SIGHUP)
        wait_until(lambda: "    other:" in exporter.ask("/config")[1], what="the new file")
        self.assertEqual(exporter.ask("/probe", target="x")[0], 400)
        self.config.write_text("modules: [")
        os.kill(exporter.pid, signal.SIGHUP)
        wait_until(lambda: f"\n{METRIC} 0\n" in exporter.ask("/metrics")[1], what="the broken file")
        self.assertIn("    other:", exporter.ask("/config")[1])

    def test_a_password_that_changes_is_read_again(self) -> None:
        password = self.directory / "password"
        password.write_text("wrong\n")
        self.write({"http_2xx": {"prober": "http", "http": {
            "basic_auth": {"username": "user", "password_file": str(password)}}}})
        exporter = self.exporter()
        self.assertIn("\nprobe_http_status_code 401\n", self.probe(exporter, "/auth/basic"))
        password.write_text("pass\n")
        wait_until(lambda: "\nprobe_success 1\n" in self.probe(exporter, "/auth/basic"),
                   what="the new password")

    def test_credentials_stay_with_the_target(self) -> None:
        """The real one sends them to whoever it is redirected to."""
        other = Web()
        self.web.other = f"http://127.0.0.1:{other.port}"
        self.write({"http_2xx": {"prober": "http", "http": {
            "basic_auth": {"username": "user", "password": "pass"}}}})
        exporter = self.exporter()
        self.assertIn("\nprobe_success 1\n", self.probe(exporter, "/auth/basic"))
        self.assertIn("\nprobe_http_status_code 401\n", self.probe(exporter, "/away/auth/basic"))

    def test_labels_of_what_was_expected(self) -> None:
        banner = Listener(lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2 Debian\r\n"))
        self.write({"ssh": {"prober": "tcp", "tcp": {"query_response": [
            {"expect": "^SSH-2.0-([^ -]+)(?: (.*))?$", "labels": [
                {"name": "ssh_version", "value": "${1}"}, {"name": "comments", "value": "$2"}]},
            {"send": "SSH-2.0-probe"}]}}})
        exporter = self.exporter()
        text = exporter.ask("/probe", target=f"127.0.0.1:{banner.port}", module="ssh")[1]
        self.assertIn('\nprobe_expect_info{comments="Debian",ssh_version="OpenSSH_9.2"} 1\n', text)

    def test_a_probe_of_the_prometheus_operator(self) -> None:
        exporter = self.exporter()
        base = f"http://127.0.0.1:{self.web.port}"
        targets = [f"{base}/ok", f"{base}/status/500"]
        try:
            prometheus = self.begin(OperatorsPrometheus(self.directory, exporter.port, targets,
                                                        self.spawner))
        except Skip as why:
            self.skipTest(str(why))

        def seen(query: str) -> dict[str, float]:
            return {one["metric"]["instance"]: float(one["value"][1])
                    for one in prometheus.query("query", query=query)}

        wait_until(lambda: len(seen("probe_success")) == 2, what="both targets")
        self.assertEqual(seen("probe_success"), {targets[0]: 1, targets[1]: 0})
        self.assertEqual(seen("probe_http_status_code"), {targets[0]: 200, targets[1]: 500})
        self.assertEqual(set(seen("up").values()), {1})
        # What the scraper allows less the offset, as the header says.
        log = exporter.ask("/logs", target=targets[0])[1]
        self.assertIn("timeout_seconds=0.5\n", log)

    def test_beside_scenarios(self) -> None:
        scenarios = self.directory / "scenarios.yaml"
        scenarios.write_text('name: home\ninterval: 200ms\nsteps:\n  - name: get\n    http: {url: '
                             '"${target.base}/ok"}\n')
        ours = self.directory / "probe.yaml"
        ours.write_text(json.dumps({
            "scenarios": ["scenarios.yaml"], "admin": {"listen": "127.0.0.1:0"},
            "targets": {"base": f"http://127.0.0.1:{self.web.port}"}}))
        exporter = self.exporter(words=[self.program, "serve", "--config", str(ours)])
        self.assertIn("\nprobe_success 1\n", self.probe(exporter))
        wait_until(lambda: 'remora_probe_runs_total{' in exporter.ask("/metrics")[1],
                   what="runs of the scenario")
        shown = exporter.ask("/config")[1]
        self.assertIn("scenarios.yaml", shown)
        self.assertIn("\n---\nmodules:\n    http_2xx:\n", shown)
        # A broken file of either kind leaves both running.
        self.config.write_text("modules: {a: {prober: nope}}")
        url = f"http://127.0.0.1:{exporter.port}/-/reload"
        status, text = fetch(url, method="POST")
        self.assertEqual(status, 500)
        self.assertIn("nope", text)
        self.assertEqual(exporter.ask("/config")[1], shown)
        self.assertEqual(exporter.stop(), 0)


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
