#!/usr/bin/env python3
"""The backend for spans is away for a minute while traffic runs with `record: all`, and comes back:
no span is lost, and the ledger balances at every scrape.

The absence lasts REMORA_BACKEND_AWAY_SECONDS (default 60). Exit codes: 0 all well, 1 not.
"""

import os
import sys
import time

from servers import wait_until
from sidecar_load import Load
from sidecars import SidecarTest, is_balanced, ledger, run_tests
from stack import sample

AWAY = float(os.environ.get("REMORA_BACKEND_AWAY_SECONDS", "60"))


class SidecarBackendTest(SidecarTest):
    def scrape(self) -> dict[str, float]:
        text = self.car.metrics()
        account = ledger(text)
        self.assertTrue(is_balanced(account), account)
        self.assertEqual(account["dropped"],
                         sample(text, "remora_spans_dropped_total", reason="not_sampled") or 0,
                         "only what was not sampled is dropped")
        self.scrapes += 1
        return account

    def until(self, condition, what: str, seconds: float = 60) -> None:
        """Scrapes, and has the books balance, until the condition about a scrape is true."""
        wait_until(lambda: condition(self.scrape()), seconds, what)

    def test_no_span_is_lost_while_the_backend_is_away(self) -> None:
        self.scrapes = 0
        backend = self.backend()
        app = self.application()
        self.car = self.sidecar({
            "inbound": [{"name": "in", "upstream": f"127.0.0.1:{app.port}"}],
            "relay": {"listen": ""},
            "tracing": {"record": "all", "sample_ratio": 0.5, "hold": {"age": "5s"}},
            "otlp": {"endpoint": backend.url, "interval": "50ms", "queue": 2000,
                     "spool": {"directory": str(self.directory / "spool")}},
        })
        app.relay = self.car.at("relay")
        self.begin(app)
        self.begin(self.car)
        load = self.stack.enter_context(
            Load(self.car.at("in"), ["/ok", "/echo", "/slow/5"], pause=0.01))
        self.until(lambda account: account["exported"] > 500, "spans at the backend")

        backend.away = True
        self.until(lambda account: account["spooled"] > 0, "spans in the spool")
        at_least = backend.spans()
        end = time.monotonic() + AWAY
        self.until(lambda _: time.monotonic() > end, "the absence", AWAY + 60)
        self.assertLessEqual(backend.spans() - at_least, 0)
        spooled = self.scrape()["spooled"]

        backend.away = False
        self.until(lambda account: account["exported"] > at_least + spooled, "spans from the spool")
        load.stop()
        self.assertEqual(set(load.statuses), {200})
        self.assertEqual((load.closed, load.cut, load.refused, load.hung), (0, 0, 0, 0))
        wait_until(lambda: app.count("spans") == app.count(), what="the application's spans")
        self.until(lambda account: account["queued"] == account["spooled"] == 0, "empty queues")

        decided = [self.car.metric("remora_trace_decisions_total", decision=decision)
                   for decision in ("kept", "dropped")]
        self.assertEqual(sum(decided), load.answers())
        last = self.assert_balanced_end(self.car, self.car.stop())
        # Of kept traces both sides' spans are at the backend, and nothing of others.
        self.assertEqual(last["spans_exported"], 2 * decided[0])
        self.assertEqual(backend.spans(), 2 * decided[0])
        for trace, services in backend.seen.answer("/traces").items():
            self.assertEqual(services, ["application", "shop"], trace)
        print(f"{load.answers()} requests, {spooled:.0f} spans in the spool after {AWAY:g} s, "
              f"{backend.spans()} at the backend, {self.scrapes} scrapes, all balanced")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
