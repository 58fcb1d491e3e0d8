#!/usr/bin/env python3
"""The page that `remora-probe run --html` writes and the page /failures in a real browser: charts
and tables, by keyboard, in light and dark, on a phone, without scripts, and with nobody else asked.

Exit codes: 0 all well, 1 not, 77 without Chromium or without the packages of tools/python.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from probed_shop import SECRET, Shop, write_files
from servers import Server, Skip, tool, wait_until

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Page, sync_playwright
except ModuleNotFoundError as missing:
    print(f"skipped: the Python package {missing.name} is not installed (tools/python)")
    sys.exit(77)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


class Probe(Server):
    """The daemon; its port is that of the admin pages."""

    def __init__(self, directory: Path, program: Path, shop: Shop, spawner: ThreadPoolExecutor):
        super().__init__("probe", directory, 1, spawner)
        self._program = program
        self._shop = shop

    def command(self) -> list[str]:
        config = write_files(self.directory, self._shop.port,
                             admin={"listen": f"127.0.0.1:{self.port}"},
                             failures={"folder": "bundles", "keep_failures": 30})
        return [str(self._program / "remora-probe"), "serve", "--config", str(config)]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except OSError:
            return False


class ProbePagesTest(unittest.TestCase):
    """Each test has a page of its own in a browser that all share."""

    base: str  # of the daemon's admin port
    report: Path
    program: str  # of the browser
    screenshots: Path | None = None

    @classmethod
    def setUpClass(cls) -> None:
        playwright = cls.enterClassContext(sync_playwright())
        cls.browser = playwright.chromium.launch(
            executable_path=cls.program, args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0)
        cls.addClassCleanup(cls.browser.close)
        cls.results = json.loads((cls.report.parent / "out.json").read_text())

    def open(self, address: str = "", **options) -> Page:
        """A page. What its console says and where it asks is looked at when the test ends."""
        address = address or self.report.as_uri()
        context = self.browser.new_context(**options)
        self.addCleanup(context.close)
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        self.addCleanup(lambda: self.assertEqual([], said))
        own = (self.report.as_uri(), self.base, "data:")
        self.addCleanup(lambda: self.assertEqual([], [u for u in asked if not u.startswith(own)]))
        page.goto(address)
        return page

    def picture(self, page: Page, name: str) -> None:
        if self.screenshots:
            page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)

    # The report of a run

    def test_shows_verdict_numbers_objectives_and_failures(self) -> None:
        page = self.open()
        self.assertEqual("Probe run: fail", page.title())
        self.assertIn(self.results["reason"], page.get_by_role("status").first.text_content())
        self.assertIn("1.4.2", page.locator("header").text_content())
        text = page.locator("main").inner_text()
        self.assertIn("shop-works", text)
        failure = self.results["scenarios"][0]["failures"][0]
        self.assertIn(failure["trace_id"], text)
        for step in self.results["scenarios"][0]["steps"]:
            row = page.locator("section tbody tr", has_text=step["name"]).first
            self.assertIn(str(step["failed"]), row.text_content())
        self.assertNotIn("{{", text)
        self.assertNotIn(SECRET, page.content())

    def test_a_chart_is_read_by_keyboard_and_pointer(self) -> None:
        page = self.open()
        page.keyboard.press("Tab")
        self.assertEqual("Skip to the results",
                         page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")
        plot = page.locator(".plot").first
        self.assertTrue(plot.evaluate("e => e === document.activeElement"))
        self.assertNotEqual("none", plot.evaluate("e => getComputedStyle(e).outlineStyle"))
        readout = page.locator(".readout").first
        first = readout.text_content()
        self.assertRegex(first, r"^0 s: ")
        page.keyboard.press("ArrowRight")
        self.assertNotEqual(first, readout.text_content())
        page.keyboard.press("End")
        last = readout.text_content()
        page.keyboard.press("Home")
        self.assertEqual(first, readout.text_content())
        bars = page.locator(".plot").nth(1)
        box = bars.bounding_box()
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
        self.assertRegex(page.locator(".readout").nth(1).text_content(), r"passed · \d+ failed")
        self.assertNotEqual("", last)

    def test_breaks_no_rule_of_accessibility_in_light_or_dark(self) -> None:
        for name, address in (("run", ""), ("failures", f"{self.base}/failures?outcome=all")):
            colours = set()
            for scheme in ("light", "dark"):
                page = self.open(address, color_scheme=scheme)
                found = Axe().run(page)
                self.assertEqual(0, found.violations_count, found.generate_report())
                colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                self.picture(page, f"{name}-{scheme}")
            self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        for name, address in (("run", ""), ("failures", f"{self.base}/failures")):
            page = self.open(address, viewport={"width": 360, "height": 740})
            self.picture(page, f"{name}-narrow")
            self.assertLessEqual(page.evaluate("document.scrollingElement.scrollWidth"), 360)

    def test_is_whole_without_scripts(self) -> None:
        page = self.open(java_script_enabled=False)
        self.assertGreater(page.locator("svg path.series").count(), 2)
        self.assertIn("shop-works", page.locator("main").inner_text())

    def test_can_ask_nobody(self) -> None:
        context = self.browser.new_context()
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(self.report.as_uri())
        self.assertEqual("refused", page.evaluate(
            f"fetch('{self.base}/livez', {{mode: 'no-cors'}}).then(() => 'asked', () => 'refused')"))

    # /failures

    def listed(self, query: str = "") -> list[dict]:
        with urllib.request.urlopen(f"{self.base}/failures{query}", timeout=30) as answer:
            self.assertEqual("application/json", answer.headers["Content-Type"])
            return json.load(answer)["failures"]

    def test_failures_are_listed_newest_first(self) -> None:
        page = self.open(f"{self.base}/failures")
        self.assertEqual("Failed runs · Remora", page.title())
        self.assertEqual("Failed runs", page.locator("h1").text_content())
        rows = page.locator("tbody tr")
        self.assertGreater(rows.count(), 3)
        times = [one.get_attribute("datetime") for one in rows.locator("time").all()]
        self.assertEqual(sorted(times, reverse=True), times)
        self.assertIn("app", rows.first.text_content())
        self.assertNotIn(SECRET, page.content())

    def test_failures_are_filtered_by_what_is_chosen(self) -> None:
        page = self.open(f"{self.base}/failures")
        page.get_by_label("where").select_option("app")
        page.get_by_label("outcome").select_option("all")
        page.get_by_role("button", name="Show").press("Enter")
        page.wait_for_url("**/failures?*where=app*")
        self.assertEqual("app", page.get_by_label("where").input_value())
        self.assertEqual([], self.listed("?where=dns"))
        self.assertGreater(len(self.listed("?scenario=shop&where=app&why=status")), 3)
        self.assertEqual(2, len(self.listed("?limit=2")))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.listed("?outcome=sometimes")
        self.assertEqual(400, refused.exception.code)

    def test_a_bundle_is_downloaded_and_replayed(self) -> None:
        page = self.open(f"{self.base}/failures")
        with page.expect_download() as download:
            page.locator("tbody a").first.click()
        bundle = json.loads(Path(download.value.path()).read_text())
        self.assertEqual("remora-bundle", bundle["format"])
        self.assertEqual(download.value.suggested_filename, bundle["id"] + ".json")
        with urllib.request.urlopen(f"{self.base}/failures/{bundle['id']}") as answer:
            self.assertEqual(bundle, json.load(answer))
        with self.assertRaises(urllib.error.HTTPError) as gone:
            urllib.request.urlopen(f"{self.base}/failures/..%2Ftoken")
        self.assertEqual(404, gone.exception.code)


def run_once(folder: Path, programs: Path, shop: Shop) -> Path:
    """The page of a run with failures and an objective."""
    folder.mkdir()
    write_files(folder, shop.port)
    done = subprocess.run(
        [programs / "remora-probe", "run", "shop.yaml", "--config", "probe.yaml", "--duration",
         "4s", "--gate", "slo.yaml", "--html", "out.html", "--json", "out.json", "--label",
         "version=1.4.2", "--quiet"], cwd=folder, timeout=120, check=False)
    if done.returncode != 1:
        raise RuntimeError(f"the run ended with {done.returncode}")
    return folder / "out.html"


def browser() -> str:
    for name in BROWSERS:
        try:
            return tool(name)
        except Skip:
            continue
    raise Skip("Chromium is not installed (Debian package chromium)")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    parser.add_argument("--screenshots", type=Path, help="a folder to put pictures into")
    asked = parser.parse_args()
    ProbePagesTest.program = browser()
    ProbePagesTest.screenshots = asked.screenshots
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spawner = stack.enter_context(ThreadPoolExecutor(1))
        shop = Shop()
        stack.callback(shop.close)
        shop.broken = 0.3
        programs = asked.programs.resolve()
        ProbePagesTest.report = run_once(folder / "run", programs, shop)
        (folder / "serve").mkdir()
        probe = Probe(folder / "serve", programs, shop, spawner).start()
        stack.callback(probe.stop)
        ProbePagesTest.base = f"http://127.0.0.1:{probe.port}"
        wait_until(lambda: len(list((folder / "serve" / "bundles").glob("*.json"))) > 6, 60,
                   "bundles of failed runs")
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(ProbePagesTest)
        outcome = unittest.TextTestRunner(verbosity=2).run(tests)
        return 0 if outcome.wasSuccessful() and outcome.testsRun else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
