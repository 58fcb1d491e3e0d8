"""What tests of pages have in common: a Chromium that all tests of a program share, a page of its
own for each test, and the rule that no page says anything on its console or asks anybody else.

Importing it without the packages of tools/python ends the program with 77 (skipped).
"""

import argparse
import os
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from servers import Skip, tool

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Page, sync_playwright
except ModuleNotFoundError as missing:
    print(f"skipped: the Python package {missing.name} is not installed (tools/python)")
    sys.exit(77)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
NARROW = {"width": 360, "height": 740}


def until(page, expression: str, arg: object = None, seconds: float = 30) -> None:
    """Waits until the page says yes. (Playwright's own way evaluates text within the page once the
    first answer was no, which a strict content security policy forbids.)"""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so: {expression}")
        page.wait_for_timeout(20)


class BrowserTest(unittest.TestCase):
    """Each test has a page of its own in a browser that all share; `base` is where they are."""

    base: str
    path = "/"  # what `open` opens unless told
    drawn = "#main:not([aria-busy])"  # is there once a page is drawn; "" when it needs no script
    screenshots: Path | None = None

    @classmethod
    def setUpClass(cls) -> None:
        playwright = cls.enterClassContext(sync_playwright())
        cls.browser = playwright.chromium.launch(
            executable_path=browser(), args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0)
        cls.addClassCleanup(cls.browser.close)

    def own(self) -> tuple[str, ...]:
        """How addresses begin that a page may ask for."""
        return (self.base, "data:")

    def open(self, path: str | None = None, prepare: Callable[[Page], None] | None = None,
             **options) -> Page:
        """A drawn page. What its console says (but `expected`) and where it asks is looked at when
        the test ends. `path` may be a whole address; `prepare` is called before the page is asked
        for."""
        context = self.browser.new_context(**options)
        self.addCleanup(context.close)
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        self.expected: set[str] = set()
        self.addCleanup(lambda: self.assertEqual([], [s for s in said if s not in self.expected]))
        self.addCleanup(
            lambda: self.assertEqual([], [u for u in asked if not u.startswith(self.own())]))
        if prepare:
            prepare(page)
        path = self.path if path is None else path
        page.goto(path if "://" in path else self.base + path)
        if self.drawn:
            page.wait_for_selector(self.drawn)
        return page

    def unscripted(self, path: str) -> Page:
        """A page in a browser without scripts."""
        context = self.browser.new_context(java_script_enabled=False)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(self.base + path)
        return page

    def picture(self, page: Page, name: str) -> None:
        if self.screenshots:
            page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)

    def assert_accessible(self, page: Page) -> None:
        """No rule of axe-core is broken."""
        found = Axe().run(page)
        self.assertEqual(0, found.violations_count, found.generate_report())

    def background(self, page: Page) -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    def assert_fits(self, page: Page, what: str = "") -> None:
        """A narrow window needs no sideways scrolling."""
        width = page.evaluate("document.scrollingElement.scrollWidth")
        self.assertLessEqual(width, NARROW["width"], what)


def browser() -> str:
    """Path of the browser; Skip without one."""
    for name in BROWSERS:
        try:
            return tool(name)
        except Skip:
            continue
    raise Skip("Chromium is not installed (Debian package chromium)")


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


def run(test: type[BrowserTest]) -> int:
    """The tests of a class; 0 when there were some and all went well."""
    outcome = unittest.TextTestRunner(verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(test))
    return 0 if outcome.wasSuccessful() and outcome.testsRun else 1


def main(document: str | None, body: Callable[[argparse.Namespace], int]) -> None:
    """A program of such tests: `body` starts what they need, and gives the exit code."""
    parser = argparse.ArgumentParser(
        description=document, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", type=Path, default=Path("build/bin"))
    parser.add_argument("--screenshots", type=Path, help="a folder to put pictures into")
    parser.add_argument("-k", dest="only", help="only tests that have this in their names")
    asked = parser.parse_args()
    BrowserTest.screenshots = asked.screenshots
    if asked.only:
        unittest.defaultTestLoader.testNamePatterns = [f"*{asked.only}*"]
    try:
        browser()
        sys.exit(body(asked))
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
