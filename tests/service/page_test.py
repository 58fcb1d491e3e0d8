#!/usr/bin/env python3
"""The page at /docs in a real browser: complete, usable by keyboard, accessible in light and dark,
and content with this API alone.

Exit codes: 0 all well, 1 not, 77 without Chromium or without the packages of tools/python.
"""

import json
import urllib.request
from argparse import Namespace

from browser import NARROW, BrowserTest, main, open_details, run, until
from stack import Stack


class PageTest(BrowserTest):
    path = "/docs"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        with urllib.request.urlopen(f"{cls.base}/openapi.json", timeout=30) as answer:
            cls.document = json.load(answer)

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
        until(page, "document.getElementById('postScores').open")

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
        until(page, "document.activeElement.id === 'main'")
        first = self.document["tags"][0]["name"]
        opened = next(o["operationId"] for _, _, o in self.operations() if first in o["tags"])
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        until(page, f"document.getElementById('{opened}').open")
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
            open_details(page)
            self.assert_accessible(page)
            colours.add(self.background(page))
            self.picture(page, scheme)
        self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        page = self.open(viewport=NARROW)
        open_details(page)
        self.picture(page, "narrow")
        self.assert_fits(page)

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
        until(
            page,
            "blocked.has('require-trusted-types-for') && blocked.has('connect-src')"
        )
        self.assertFalse(page.evaluate("'ran' in window"))

    def test_says_so_when_there_are_no_scripts(self) -> None:
        page = self.unscripted("/docs")
        self.assertIn("openapi.json", page.locator("main").inner_text())

    def test_says_so_when_the_document_cannot_be_had(self) -> None:
        context = self.browser.new_context()
        self.addCleanup(context.close)
        page = context.new_page()
        page.route("**/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
        page.goto(f"{self.base}/docs")
        self.assertIn("HTTP 503", page.get_by_role("alert").text_content())


def with_stack(asked: Namespace) -> int:
    with Stack(programs=asked.programs) as stack:
        PageTest.base = stack.base
        return run(PageTest)


if __name__ == "__main__":
    main(__doc__, with_stack)
