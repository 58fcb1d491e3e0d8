#!/usr/bin/env python3
"""The sidecar's pages of the last traces in a real browser: the list and its filters, one trace as
a waterfall, by keyboard, in light and dark, on a phone, and with the sidecar alone.

Exit codes: 0 all well, 1 not, 77 without Chromium or without the packages of tools/python.
"""

import json
import tempfile
import urllib.error
import urllib.request
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from browser import NARROW, BrowserTest, main, open_details, run, until
from servers import Server
from traced_application import Application


class Sidecar(Server):
    """Ports: of the admin pages, of the inbound listener, of the relay."""

    def __init__(self, directory: Path, program: Path, upstream: int, spawner: ThreadPoolExecutor):
        super().__init__("sidecar", directory, 3, spawner)
        self._program = program
        self._upstream = upstream

    def command(self) -> list[str]:
        admin, inbound, relay = (f"127.0.0.1:{port}" for port in self.ports)
        config = {
            "service": "front",
            "admin": {"listen": admin},
            "inbound": [{
                "name": "in", "listen": inbound, "upstream": f"127.0.0.1:{self._upstream}",
                "routes": [{"route": "/things/{id}"}, {"route": "/broken"}],
            }],
            "tracing": {"sample_ratio": 1.0},
            "relay": {"listen": relay},
        }
        file = self.directory / "sidecar.yaml"
        file.write_text(json.dumps(config))
        return [str(self._program), "--config", str(file)]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def ask(self, path: str, port: int = 1) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[port]}{path}") as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


class TracesPageTest(BrowserTest):
    path = "/traces"

    def traces(self, query: str = "") -> list[dict]:
        with urllib.request.urlopen(f"{self.base}/traces{query}", timeout=30) as answer:
            self.assertEqual("application/json", answer.headers["Content-Type"])
            return json.load(answer)["traces"]

    def one(self) -> dict:
        return self.traces("?route=/broken")[0]

    def test_lists_the_last_traces_newest_first(self) -> None:
        page = self.open()
        self.assertEqual("Traces · Remora", page.title())
        shown = page.locator("tbody tr th a").all_text_contents()
        self.assertEqual([trace["name"] for trace in self.traces()], shown)
        self.assertIn("GET /things/{id}", shown)
        self.assertIn("7 of 7 kept", page.get_by_role("status").text_content())
        broken = page.locator("tbody tr", has_text="GET /broken")
        self.assertEqual("500", broken.locator(".badge").text_content())
        self.assertIn("front, shop", broken.text_content())
        self.assertNotIn("undefined", page.locator("body").inner_text())
        self.picture(page, "list")

    def test_filters_by_what_is_filled_in(self) -> None:
        page = self.open()
        page.get_by_label("Route").fill("/things/{id}")
        page.get_by_role("button", name="Show").press("Enter")
        page.wait_for_url("**/traces?route=*")
        page.wait_for_selector("#main:not([aria-busy])")
        self.assertEqual(f"{self.base}/traces?route=%2Fthings%2F%7Bid%7D", page.url)
        self.assertEqual({"GET /things/{id}"},
                         set(page.locator("tbody th a").all_text_contents()))
        self.assertEqual("/things/{id}", page.get_by_label("Route").input_value())
        for query, names in (("status=5xx", {"GET /broken"}), ("errors=true", {"GET /broken"}),
                             ("min_duration=1h", set())):
            page.goto(f"{self.base}/traces?{query}")
            page.wait_for_selector("#main:not([aria-busy])")
            self.assertEqual(names, set(page.locator("tbody th a").all_text_contents()), query)
        self.assertIn("No trace is like that", page.locator("main").inner_text())

    def test_a_filter_that_is_none_is_said_to_be(self) -> None:
        page = self.open()
        self.expected = {
            "error: Failed to load resource: the server responded with a status of "
            "400 (Bad Request)"
        }
        page.goto(f"{self.base}/traces?status=fast")
        self.assertIn("a status (404) or a class (5xx)", page.get_by_role("alert").text_content())

    def test_shows_a_trace_as_a_waterfall(self) -> None:
        page = self.open("/traces?errors=true")
        page.locator("tbody th a").first.click()
        page.wait_for_selector(".waterfall")
        names = [text.strip() for text in page.locator("li .name").all_inner_texts()]
        self.assertEqual(["GET /broken", "handle", "SELECT things"],
                         [name.removesuffix("error").strip() for name in names])
        starts = page.locator(".bar").evaluate_all("bars => bars.map(b => parseFloat(b.style.left))")
        widths = page.locator(".bar").evaluate_all(
            "bars => bars.map(b => parseFloat(b.style.width))")
        self.assertEqual(sorted(starts), starts)
        self.assertTrue(all(0 < width <= 100 for width in widths), widths)
        drawn = page.locator(".bar").evaluate_all("bars => bars.map(b => b.offsetWidth)")
        self.assertTrue(all(width >= 2 for width in drawn), drawn)
        query = page.locator("li").nth(2)
        query.locator("summary").click()
        said = query.inner_text()
        for part in ("SELECT <b> FROM things", "postgresql", "no such table", "exception"):
            self.assertIn(part, said)
        self.picture(page, "waterfall")

    def test_the_keyboard_is_enough(self) -> None:
        page = self.open(f"/traces/{self.one()['trace_id']}")
        page.keyboard.press("Tab")
        self.assertEqual("Skip to the traces", page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Enter")
        until(page, "document.activeElement.id === 'main'")
        page.keyboard.press("Tab")
        self.assertEqual("All traces", page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('li details').open")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        self.assertNotEqual("none", outline)

    def test_a_trace_that_is_gone_is_said_to_be(self) -> None:
        page = self.open()
        self.expected = {
            "error: Failed to load resource: the server responded with a status of "
            "404 (Not Found)"
        }
        page.goto(f"{self.base}/traces/{'ab' * 16}")
        self.assertIn("not kept", page.get_by_role("alert").text_content())

    def test_breaks_no_rule_of_accessibility_in_light_or_dark(self) -> None:
        colours = set()
        for scheme in ("light", "dark"):
            for path in ("/traces", f"/traces/{self.one()['trace_id']}"):
                page = self.open(path, color_scheme=scheme)
                open_details(page)
                self.assert_accessible(page)
                colours.add(self.background(page))
                self.picture(page, f"{scheme}-{'one' if path != '/traces' else 'list'}")
        self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        for path in ("/traces", f"/traces/{self.one()['trace_id']}"):
            page = self.open(path, viewport=NARROW)
            open_details(page)
            self.assert_fits(page, path)
            self.picture(page, f"narrow-{'one' if path != '/traces' else 'list'}")

    def test_runs_no_script_but_its_own(self) -> None:
        page = self.open()
        page.on("console", lambda message: self.expected.add(f"{message.type}: {message.text}"))
        page.evaluate("""async () => {
            window.blocked = new Set();
            addEventListener('securitypolicyviolation', e => blocked.add(e.effectiveDirective));
            const attempt = async what => { try { await what(); } catch {} };
            await attempt(() => { document.body.innerHTML = '<p>other</p>'; });
            await attempt(() => fetch('http://localhost:1/'));
        }""")
        until(
            page,
            "blocked.has('require-trusted-types-for') && blocked.has('connect-src')")

    def test_says_so_when_there_are_no_scripts(self) -> None:
        page = self.unscripted("/traces")
        self.assertIn("as JSON", page.locator("main").inner_text())


def with_sidecar(asked: Namespace) -> int:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spawner = stack.enter_context(ThreadPoolExecutor(1))
        application = Application()
        stack.callback(application.close)
        sidecar = Sidecar(directory, (asked.programs / "remora-sidecar").resolve(),
                          application.port, spawner)
        sidecar.start()
        stack.callback(sidecar.stop)
        application.relay = f"http://127.0.0.1:{sidecar.ports[2]}"
        for path in ("/things/1", "/things/2?token=s3cret", "/elsewhere", "/things/3", "/broken",
                     "/things/4", "/things/5"):
            sidecar.ask(path)
        TracesPageTest.base = f"http://127.0.0.1:{sidecar.port}"
        return run(TracesPageTest)


if __name__ == "__main__":
    main(__doc__, with_sidecar)
