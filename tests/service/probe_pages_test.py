#!/usr/bin/env python3
"""The page that `remora-probe run --html` writes and the page /failures in a real browser: charts
and tables, by keyboard, in light and dark, on a phone, without scripts, and with nobody else asked.

Exit codes: 0 all well, 1 not, 77 without Chromium or without the packages of tools/python.
"""

import json
import subprocess
import tempfile
import urllib.error
import urllib.request
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from browser import NARROW, BrowserTest, Page, main, run
from probed_shop import SECRET, Probe, Shop, write_files
from servers import wait_until


class ProbePagesTest(BrowserTest):
    report: Path
    drawn = ""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.results = json.loads((cls.report.parent / "out.json").read_text())

    def own(self) -> tuple[str, ...]:
        return (self.report.as_uri(), *super().own())

    def open(self, path: str | None = None, **options) -> Page:
        return super().open(path or self.report.as_uri(), **options)

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
                self.assert_accessible(page)
                colours.add(self.background(page))
                self.picture(page, f"{name}-{scheme}")
            self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        for name, address in (("run", ""), ("failures", f"{self.base}/failures")):
            page = self.open(address, viewport=NARROW)
            self.picture(page, f"{name}-narrow")
            self.assert_fits(page, name)

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


def with_probe(asked: Namespace) -> int:
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
        return run(ProbePagesTest)


if __name__ == "__main__":
    main(__doc__, with_probe)
