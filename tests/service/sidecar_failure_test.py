#!/usr/bin/env python3
"""When the sidecar itself fails: it is killed, frozen, started before its application, and ended by
/quitquitquit. The ways past it, and what is lost, are those of docs/sidecar-failure.md.

Exit codes: 0 all well, 1 not.
"""

import http.client
import sys

from servers import Skip, can_bind, wait_until
from sidecar_load import Load
from sidecars import Prometheus, SidecarTest, fetch, run_tests
from stack import sample

SLI = "remora_sli_requests_total"


class SidecarFailureTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        self.app = self.application()
        self.sink = self.backend()
        self.car = self.sidecar({
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{self.app.port}",
                         "routes": [{"route": "/ok"}, {"route": "/echo"}]}],
            "tracing": {"sample_ratio": 1}, "drain": {"delay": "0s", "grace": "30s"},
            "otlp": {"endpoint": self.sink.url, "interval": "50ms",
                     "spool": {"directory": str(self.directory / "spool")}}})

    def load(self, port: int) -> Load:
        return self.stack.enter_context(Load(port, ["/ok", "/echo"], clients=4, pause=0.002))

    def more(self, load: Load, n: int = 100) -> None:
        wait_until(lambda before=load.answers(): load.answers() >= before + n, what="answers")

    def good(self) -> float | None:
        """The SLI's counter of one route, None when there is none."""
        return sample(self.car.metrics(), SLI, route="/ok", result="good", synthetic="false")

    def test_killed_under_load_it_takes_nobody_with_it_and_comes_back(self) -> None:
        self.begin(self.app)
        self.begin(self.car)
        self.sink.away = True
        through, past = self.load(self.car.at("in")), self.load(self.app.port)
        self.more(through)
        wait_until(lambda: self.car.metric("remora_spans_spooled") > 100, what="the spool")
        spooled, counted, ports = self.car.metric("remora_spans_spooled"), self.good(), self.car.ports

        self.car.kill()
        wait_until(lambda: through.refused > 0, what="nobody to connect to")
        self.assertTrue(can_bind(self.car.at("in")))
        self.more(past)
        self.car.start()
        self.assertEqual(self.car.ports, ports)
        self.assertGreaterEqual(self.car.metric("remora_spans_recovered_total"), spooled)
        self.more(through)
        for load in (through, past):
            load.stop()
            self.assertEqual(set(load.statuses), {200})
            self.assertEqual(load.hung, 0)
        self.assertEqual((past.closed, past.cut, past.refused), (0, 0, 0))
        # Each client had at most one request under way.
        self.assertLessEqual(through.closed + through.cut, 4)
        self.assertGreater(self.good(), 0)
        self.assertLess(self.good(), counted + through.answers())

        self.sink.away = False
        wait_until(lambda: self.car.metric("remora_spans_spooled") == 0
                   and self.car.metric("remora_spans_queued") == 0, what="all spans at the backend")
        last = self.assert_balanced_end(self.car, self.car.stop())
        self.assertEqual(last["spans_dropped"], 0)
        self.assertEqual(self.sink.spans(), last["spans_exported"])

    def test_its_counters_begin_at_zero_again_and_rates_survive_that(self) -> None:
        try:
            prometheus = Prometheus(self.directory, self.car.port, self.spawner)
        except Skip as why:
            self.skipTest(str(why))
        self.begin(self.app)
        self.begin(self.car)
        self.assertEqual(self.good(), 0)  # present before the first request
        self.begin(prometheus)
        prometheus.scraped_again()
        for n in (300, 100):
            for _ in range(n):
                self.car.ask("/ok")
            wait_until(lambda n=n: self.good() == n, what="the counter")
            prometheus.scraped_again()
            if n == 300:
                self.car.kill()
                self.car.start()
                self.assertEqual(self.good(), 0)
        series = f'{SLI}{{route="/ok",result="good",synthetic="false"}}'

        def value(query: str) -> float:
            return float(prometheus.query("query", query=query)[0]["value"][1])

        self.assertEqual(value(f"resets({series}[10m])"), 1)
        self.assertEqual(value(f"max_over_time({series}[10m])"), 300)
        self.assertGreaterEqual(value(f"min_over_time(rate({series}[30s])[10m:1s])"), 0)
        # 300 before and up to 100 after; Prometheus extrapolates to both sides.
        increase = value(f"increase({series}[10m])")
        self.assertGreaterEqual(increase, 300)

    def test_frozen_it_fails_its_liveness_and_loses_no_request(self) -> None:
        self.begin(self.app)
        self.begin(self.car)
        through, past = self.load(self.car.at("in")), self.load(self.app.port)
        self.more(through)
        self.car.pause()
        self.more(past)
        self.assertRaises(TimeoutError, self.ask_livez)
        self.car.resume()
        self.more(through)
        for load in (through, past):
            load.stop()
            self.assertEqual(set(load.statuses), {200})
            self.assertEqual((load.closed, load.cut, load.refused, load.hung), (0, 0, 0, 0))
        self.assertEqual(fetch(f"http://127.0.0.1:{self.car.port}/livez")[0], 200)
        self.assert_balanced_end(self.car, self.car.stop())

    def ask_livez(self) -> None:
        """As the kubelet does, with its second of patience."""
        asking = http.client.HTTPConnection("127.0.0.1", self.car.port, timeout=1)
        try:
            asking.request("GET", "/livez")
            asking.getresponse()
        finally:
            asking.close()

    def test_it_starts_before_its_application(self) -> None:
        self.begin(self.car)
        for page in ("livez", "readyz"):
            self.assertEqual(fetch(f"http://127.0.0.1:{self.car.port}/{page}")[0], 200)
        url = f"http://127.0.0.1:{self.car.at('in')}/ok"
        self.assertEqual(fetch(url)[0], 502)
        self.begin(self.app)
        self.assertEqual(fetch(url), (200, "ok"))

    def test_quitquitquit_ends_it_well(self) -> None:
        self.begin(self.app)
        self.begin(self.car)
        load = self.load(self.car.at("in"))
        self.more(load)
        quit_page = f"http://127.0.0.1:{self.car.port}/quitquitquit"
        self.assertEqual(fetch(quit_page)[0], 405)
        self.more(load, 10)
        self.assertEqual(fetch(quit_page, method="POST"), (202, "draining\n"))
        code = self.car.ended()
        load.stop()
        last = self.assert_balanced_end(self.car, code)
        self.assertEqual(set(load.statuses), {200})
        self.assertEqual((load.cut, load.hung), (0, 0))
        self.assertEqual(last["requests_answered"], load.answers())
        self.assertEqual(last["spans_exported"], load.answers())
        self.assertEqual(self.sink.spans(), load.answers())


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
