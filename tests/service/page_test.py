#!/usr/bin/env python3
"""The page at /docs in a real browser: complete, usable by keyboard, accessible in light and dark,
and content with this API alone.

Exit codes: 0 all well, 1 not, 77 without Chromium or without the packages of tools/python.
"""

import argparse
import json
import os
import shutil
import sys
import unittest
import urllib.request
from pathlib import Path

from stack import Skip, Stack

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Page, sync_playwright
except ModuleNotFoundError as missing:
    print(f"skipped: the Python package {missing.name} is not installed (tools/python)")
    sys.exit(77)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class PageTest(unittest.TestCase):
    """Each test has a page of its own in a browser that all share."""

    base: str
    program: str  # of the browser
    screenshots: Path | None = None

    @classmethod
    def setUpClass(cls) -> None:
        with urllib.request.urlopen(f"{cls.base}/openapi.json", timeout=30) as answer:
            cls.document = json.load(answer)
        playwright = cls.enterClassContext(sync_playwright())
        cls.browser = playwright.chromium.launch(
            executable_path=cls.program, args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0
        )
        cls.addClassCleanup(cls.browser.close)

    def open(self, path: str = "/docs", **options) -> Page:
        """A drawn page. What its console says and where it asks is looked at when the test ends."""
        context = self.browser.new_context(**options)
        self.addCleanup(context.close)
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        self.addCleanup(lambda: self.assertEqual([], [s for s in said if s not in self.expected]))
        self.addCleanup(
            lambda: self.assertEqual(
                [], [url for url in asked if not url.startswith((self.base, "data:"))]
            )
        )
        self.expected: set[str] = set()
        page.goto(self.base + path)
        page.wait_for_selector("#main:not([aria-busy])")
        return page

    def picture(self, page: Page, name: str) -> None:
        if self.screenshots:
            page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)

    def operations(self) -> list[tuple[str, str, dict]]:
        return [
            (path, method, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        ]

    def test_shows_every_operation_parameter_status_and_schema(self) -> None:
        page = self.open()
        self.assertEqual(self.document["info"]["title"], page.title())
        self.assertIn(self.document["info"]["version"], page.locator("#version").text_content())
        for path, method, operation in self.operations():
            shown = page.locator(f"#{operation['operationId']}")
            self.assertIn(f"{method.upper()} {path} ", shown.locator("h3").text_content())
            statuses = shown.locator(".response > summary > .status").all_text_contents()
            self.assertEqual(list(operation["responses"]), statuses)
            everything = shown.text_content()
            for parameter in operation.get("parameters", []):
                if "name" in parameter:
                    self.assertIn(parameter["name"], everything)
        for name in self.document["components"]["schemas"]:
            self.assertEqual(name, page.locator(f"#schema-{name} h3").text_content())
        self.assertNotIn("undefined", page.locator("body").inner_text())
        self.picture(page, "overview")

    def test_every_link_within_the_page_leads_somewhere(self) -> None:
        page = self.open()
        self.assertEqual(
            [],
            page.evaluate(
                """() => [...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1))
                     .filter(id => !document.getElementById(id))"""
            ),
        )
        self.assertEqual(
            [],
            page.evaluate(
                """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
                       return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
            ),
        )

    def test_an_address_with_a_name_opens_what_it_names(self) -> None:
        page = self.open("/docs#getScore")
        self.assertTrue(page.locator("#getScore").evaluate("e => e.open"))
        page.get_by_role("navigation").get_by_role(
            "link", name="/v1/scores", exact=False
        ).first.click()
        page.wait_for_function("document.getElementById('postScores').open")

    def test_tries_a_request_and_shows_the_answer(self) -> None:
        page = self.open("/docs#listSecurities")
        form = page.get_by_role("form", name="Try List securities")
        form.get_by_label("limit").fill("2")
        form.get_by_label("country").fill("DE")
        self.assertIn("/v1/securities?limit=2&country=DE", form.locator(".command").text_content())
        form.get_by_role("button", name="Send").press("Enter")
        result = form.locator(".result")
        result.locator(".status").wait_for()
        self.assertEqual("200", result.locator(".status").text_content())
        items = json.loads(result.locator("pre").last.text_content())["items"]
        self.assertEqual(["DE", "DE"], [item["country"] for item in items])
        self.assertIn("content-type: application/json", result.locator(".headers").text_content())
        self.picture(page, "tried")

    def test_a_refusal_is_an_answer_too(self) -> None:
        page = self.open("/docs#getSecurity")
        self.expected = {
            "error: Failed to load resource: the server responded with a status of "
            "404 (Not Found)"
        }
        form = page.get_by_role("form", name="Try Read a security with its score")
        form.get_by_label("isin").fill("US0000000000")
        form.get_by_role("button", name="Send").click()
        form.locator(".status.s4").wait_for()
        answer = json.loads(form.locator(".result pre").last.text_content())
        self.assertEqual(404, answer["status"])

    def test_values_that_cannot_be_are_not_sent(self) -> None:
        page = self.open("/docs#listSecurities")
        form = page.get_by_role("form", name="Try List securities")
        form.get_by_label("limit").fill("501")
        form.get_by_role("button", name="Send").click()
        self.assertFalse(form.get_by_label("limit").evaluate("e => e.validity.valid"))
        self.assertEqual("", form.locator(".result").text_content())

    def test_the_keyboard_is_enough(self) -> None:
        page = self.open()
        page.keyboard.press("Tab")
        self.assertEqual(
            "Skip to the operations", page.evaluate("document.activeElement.textContent")
        )
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'main'")
        first = self.document["tags"][0]["name"]
        opened = next(o["operationId"] for _, _, o in self.operations() if first in o["tags"])
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.getElementById('{opened}').open")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        self.assertNotEqual("none", outline)

    def test_the_filter_leaves_what_contains_every_word(self) -> None:
        page = self.open()
        page.get_by_label("Filter").fill("score PUT")
        shown = page.locator(".operation:not([hidden])")
        self.assertEqual(["putScore"], [one.get_attribute("id") for one in shown.all()])
        self.assertIn(f"1 of {len(self.operations())}", page.get_by_role("status").text_content())
        page.get_by_label("Filter").fill("")
        self.assertEqual(len(self.operations()), page.locator(".operation:not([hidden])").count())

    def test_breaks_no_rule_of_accessibility_in_light_or_dark(self) -> None:
        colours = set()
        for scheme in ("light", "dark"):
            page = self.open(color_scheme=scheme)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            found = Axe().run(page)
            self.assertEqual(0, found.violations_count, found.generate_report())
            colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            self.picture(page, scheme)
        self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        page = self.open(viewport={"width": 360, "height": 740})
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        width = page.evaluate("document.scrollingElement.scrollWidth")
        self.picture(page, "narrow")
        self.assertLessEqual(width, 360)

    def test_runs_no_script_but_its_own_and_asks_nobody_else(self) -> None:
        page = self.open()
        page.on("console", lambda message: self.expected.add(f"{message.type}: {message.text}"))
        page.evaluate("""async () => {
            window.blocked = new Set();
            addEventListener('securitypolicyviolation', e => blocked.add(e.effectiveDirective));
            const attempt = async what => { try { await what(); } catch {} };
            await attempt(() => {
                const added = document.createElement('script');
                added.text = 'window.ran = true';
                document.body.append(added);
            });
            await attempt(() => document.body.setAttribute('onclick', 'window.ran = true'));
            await attempt(() => { document.body.innerHTML = '<p>other</p>'; });
            await attempt(() => fetch('http://localhost:1/'));
            document.body.click();
        }""")
        page.wait_for_function(
            "blocked.has('require-trusted-types-for') && blocked.has('connect-src')"
        )
        self.assertFalse(page.evaluate("'ran' in window"))

    def test_says_so_when_there_are_no_scripts(self) -> None:
        context = self.browser.new_context(java_script_enabled=False)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(f"{self.base}/docs")
        self.assertIn("openapi.json", page.locator("main").inner_text())

    def test_says_so_when_the_document_cannot_be_had(self) -> None:
        context = self.browser.new_context()
        self.addCleanup(context.close)
        page = context.new_page()
        page.route("**/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
        page.goto(f"{self.base}/docs")
        self.assertIn("HTTP 503", page.get_by_role("alert").text_content())


def browser() -> str:
    for name in BROWSERS:
        if program := shutil.which(name):
            return program
    raise Skip("Chromium is not installed (Debian package chromium)")


def run(base: str, program: str, screenshots: Path | None) -> int:
    PageTest.base, PageTest.program, PageTest.screenshots = base, program, screenshots
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(PageTest)
    outcome = unittest.TextTestRunner(verbosity=2).run(tests)
    return 0 if outcome.wasSuccessful() and outcome.testsRun else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    parser.add_argument(
        "--screenshots", type=Path, help="a folder to put pictures of the page into"
    )
    asked = parser.parse_args()
    program = browser()
    with Stack(programs=asked.programs) as stack:
        return run(stack.base, program, asked.screenshots)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
