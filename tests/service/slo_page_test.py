#!/usr/bin/env python3
"""The page of `remora-slo serve` in a real browser: the objectives of a Prometheus with a week of
history and the failed runs of a probe; by keyboard, in light and dark, on a phone, with a thousand
objectives, with Prometheus gone, and with nobody else asked.

Exit codes: 0 all well, 1 not, 77 without Chromium, Prometheus or the packages of tools/python.
"""

import json
import re
import time
import urllib.error
import urllib.request
from argparse import Namespace

from browser import NARROW, BrowserTest, Page, main, open_details, run, until
from slo_page_stack import TRACES, SloPages, slo_pages
from slo_prometheus import OBJECTIVES

WORST = ["checkout", "search"]  # in the order of the page
VIEWS = (("overview", "/", ".card"), ("probes", "/#probes", ".failures"),
         ("detail", "/#slo-walks", "#detail-view .failures"))  # and what is there once drawn


class SloPageTest(BrowserTest):
    pages: SloPages

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(self.base + path, timeout=30) as answer:
            self.assertEqual("application/json", answer.headers["Content-Type"])
            return json.load(answer)

    def states(self) -> dict[str, str]:
        return {slo["id"]: slo["state"] for slo in self.get("/api/v1/slos")["slos"]}

    def detail(self, name: str = "checkout", **options) -> Page:
        page = self.open(f"/#slo-{name}", **options)
        page.wait_for_selector("#detail-view .plot canvas")
        return page

    # The overview

    def test_says_first_what_needs_attention(self) -> None:
        page = self.open()
        said = page.locator("#verdict").text_content()
        self.assertRegex(said, r"^3 of 6 objectives need attention: 1 with the budget spent, "
                               r"1 burning too fast, 1 without data$")
        self.assertEqual("polite", page.locator("#verdict").get_attribute("aria-live"))
        self.assertTrue(page.title().startswith("3 of 6 objectives need attention"))
        self.assertEqual("spent", page.locator("#summary").get_attribute("data-state"))
        cards = page.locator("#cards .card")
        self.assertEqual(WORST, [cards.nth(i).get_attribute("data-slo") for i in range(2)])
        self.assertNotIn("undefined", page.locator("body").inner_text())
        self.assertNotIn("NaN", page.locator("body").inner_text())
        self.picture(page, "overview")

    def test_a_card_says_what_the_api_says(self) -> None:
        page = self.open()
        for slo in self.get("/api/v1/slos")["slos"]:
            card = page.locator(f"[data-slo={slo['id']}]")
            self.assertEqual(slo["state"], card.get_attribute("data-state"))
            text = card.inner_text()
            self.assertIn(slo["display_name"], text)
            self.assertIn("coverage", text)
            left = (slo.get("corrected") or slo)["error_budget_remaining"]
            self.assertIn("–" if left is None else f"{left * 100:.1f} %", text)

    def test_no_data_is_never_green(self) -> None:
        page = self.open()
        tone = "e => getComputedStyle(e).borderTopColor"
        nothing = page.locator("[data-slo=refunds]").evaluate(tone)
        good = page.locator("[data-slo=catalogue]").evaluate(tone)
        self.assertNotEqual(good, nothing)
        self.assertIn("no data", page.locator("[data-slo=refunds] .badge").text_content())

    def test_filters_by_state_service_and_words(self) -> None:
        page = self.open()
        shown = page.locator("#cards .card")
        page.get_by_role("button", name="no data").click()
        self.assertEqual(["refunds"], shown.evaluate_all("c => c.map(e => e.dataset.slo)"))
        self.assertEqual("1 of 6 shown", page.locator("#shown").text_content())
        page.get_by_role("button", name="no data").click()
        page.get_by_label("Service").select_option("payments")
        self.assertEqual({"payments", "refunds"},
                         set(shown.evaluate_all("c => c.map(e => e.dataset.slo)")))
        page.get_by_label("Service").select_option("")
        page.get_by_label("Contains").fill("OUTSIDE works")
        self.assertEqual(["walks"], shown.evaluate_all("c => c.map(e => e.dataset.slo)"))

    def test_times_are_local_and_utc_when_pointed_at(self) -> None:
        page = self.open(timezone_id="Asia/Kolkata", locale="en-GB")
        shown = page.locator("#as-of time")
        utc = time.strptime(shown.get_attribute("datetime"), "%Y-%m-%dT%H:%M:%SZ")
        minute = (utc.tm_hour * 60 + utc.tm_min + 330) % 1440
        self.assertIn(f"{minute // 60:02}:{minute % 60:02}:", shown.text_content())
        self.assertTrue(shown.get_attribute("title").endswith("UTC"))

    def test_stays_up_to_date_and_keeps_the_focus(self) -> None:
        page = self.open()
        before = page.locator("#as-of time").get_attribute("datetime")
        link = page.locator("[data-slo=walks] a")
        link.focus()
        until(
            page,
            "before => document.querySelector('#as-of time').dateTime !== before", arg=before)
        self.assertTrue(link.evaluate("e => e === document.activeElement"))

    # One objective

    def test_an_address_with_an_id_opens_the_objective(self) -> None:
        page = self.detail()
        self.assertEqual("Orders are accepted", page.locator("h2").nth(1).text_content())
        self.assertFalse(page.locator("#objectives-view").is_visible())
        self.assertEqual(3, page.locator(".plot:has(canvas)").count())
        page.get_by_text("above 13.44 in 60 min").wait_for()
        text = page.locator("#detail-view").inner_text()
        for part in ("shop / checkout", "99.9 % in 7d", "Coverage", "Alert (critical)"):
            self.assertIn(part, text)
        self.picture(page, "detail")
        page.get_by_role("link", name="All objectives").click()
        self.assertTrue(page.locator("#objectives-view").is_visible())

    def test_an_id_that_nobody_has_is_said_to_be_none(self) -> None:
        def expect(page: Page) -> None:
            self.expected.add("error: Failed to load resource: the server responded with a status "
                              "of 404 (Not Found)")
        page = self.open("/#slo-nobody", prepare=expect)
        page.get_by_text("There is no objective of this id.").wait_for()

    def test_a_chart_is_read_by_keyboard_and_as_a_table(self) -> None:
        page = self.detail()
        plot = page.locator(".plot").first
        plot.focus()
        readout = page.locator(".readout").first
        last = readout.text_content()
        self.assertRegex(last, r": left -?[\d.]+ %$")
        page.keyboard.press("Home")
        first = readout.text_content()
        self.assertNotEqual(first, last)
        page.keyboard.press("ArrowRight")
        self.assertNotEqual(first, readout.text_content())
        page.keyboard.press("End")
        self.assertEqual(last, readout.text_content())
        page.locator(".chart summary").first.press("Enter")
        rows = page.locator(".chart table").first.locator("tbody tr")
        rows.first.wait_for()
        self.assertGreater(rows.count(), 100)
        newest = rows.first.locator("td").text_content()
        self.assertIn(newest, last)

    def test_a_chart_tells_gaps_from_zero(self) -> None:
        data = self.get("/api/v1/slos/checkout/history?range=28d&points=100")
        left = next(s for s in data["series"] if s["metric"] == "error_budget_remaining")
        self.assertIsNone(left["values"][0])
        self.assertEqual(len(data["times"]), len(left["values"]))
        page = self.detail()
        page.get_by_label("Charts of the last").select_option("28d")
        page.locator(".plot").first.focus()
        until(
            page,
            """() => { document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
                 {key: 'Home', bubbles: true}));
               return document.querySelector('.readout').textContent.endsWith('no data'); }""")

    def test_an_objective_over_a_probe_shows_its_runs_and_failures(self) -> None:
        page = self.detail("walks")
        strip = page.locator("#detail-view .strip")
        strip.wait_for()
        self.assertRegex(strip.get_attribute("aria-label"), r"^shop: [\d.,  ]+ runs, \d+ failed")
        rows = page.locator("#detail-view .failures tbody tr")
        rows.nth(3).wait_for()
        self.assertIn("app: ", rows.first.locator(".badge").text_content())

    # Probes

    def test_timelines_and_the_last_failures_with_their_traces(self) -> None:
        page = self.open("/#probes")
        page.locator(".strip").first.wait_for()
        failures = self.get("/api/v1/failures")["failures"]
        self.assertGreater(len(failures), 3)
        self.assertEqual(sorted((f["intended"] for f in failures), reverse=True),
                         [f["intended"] for f in failures])
        link = page.locator(".failures a", has_text="trace").first
        self.assertRegex(link.get_attribute("href"),
                         "^" + re.escape(TRACES).replace(r"\{trace_id\}", "[0-9a-f]{32}") + "$")
        self.assertIn("noreferrer", link.get_attribute("rel"))
        page.locator(".strip i[data-of=passed]").nth(20).wait_for()
        page.get_by_label("Runs of the last").select_option("6h")
        page.locator(".strip i[data-of=failed]").first.wait_for()
        page.locator(".scenario summary").first.press("Enter")
        page.locator(".scenario td", has_text="app").first.wait_for()
        self.picture(page, "probes")

    # For everybody

    def test_the_keyboard_is_enough(self) -> None:
        page = self.open()
        focused = "document.activeElement"
        page.keyboard.press("Tab")
        self.assertEqual("Skip to the objectives", page.evaluate(f"{focused}.textContent"))
        page.keyboard.press("Enter")
        until(page, f"{focused}.id === 'main'")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # the first state
        self.assertEqual("true", page.evaluate(f"{focused}.getAttribute('aria-pressed')"))
        self.assertEqual(1, page.locator("#cards .card").count())
        for _ in range(10):
            page.keyboard.press("Tab")
            self.assertNotEqual("none", page.evaluate(f"getComputedStyle({focused}).outlineStyle"))
            if page.evaluate(f"!!{focused}.closest('.card')"):
                break
        page.keyboard.press("Enter")
        until(page, f"{focused}.id === 'detail-title'")
        page.wait_for_selector(".plot canvas")
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate(f"{focused}.className === 'plot'"):
                break
        self.assertNotEqual("", page.locator(".readout").first.text_content())
        page.go_back()
        page.wait_for_selector("#objectives-view", state="visible")

    def test_breaks_no_rule_of_accessibility_in_light_or_dark(self) -> None:
        colours = set()
        for scheme in ("light", "dark"):
            for name, path, there in (*VIEWS, ("plain", "/plain", "table")):
                page = self.open(path if name != "plain" else "/", color_scheme=scheme)
                if name == "plain":
                    page.goto(self.base + path)
                page.locator(there).first.wait_for()
                open_details(page)
                self.assert_accessible(page)
                colours.add(self.background(page))
                self.picture(page, f"{name}-{scheme}")
        self.assertEqual(2, len(colours), "light and dark look the same")

    def test_the_switch_overrides_the_system_and_is_remembered(self) -> None:
        page = self.detail(color_scheme="light")
        light = self.background(page)
        page.get_by_label("Colours").select_option("dark")
        self.assertNotEqual(light, self.background(page))
        page.reload()
        page.wait_for_selector(self.drawn)
        self.assertNotEqual(light, self.background(page))
        self.assertEqual("dark", page.get_by_label("Colours").input_value())
        page.get_by_label("Colours").select_option("auto")
        self.assertEqual(light, self.background(page))

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        for name, path, there in VIEWS:
            page = self.open(path, viewport=NARROW)
            page.locator(there).first.wait_for()
            open_details(page)
            self.picture(page, f"{name}-narrow")
            self.assert_fits(page, name)

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
            await attempt(() => { document.body.setAttribute('style', 'color: red'); });
            await attempt(() => fetch('http://localhost:1/'));
        }""")
        until(page, "blocked.has('require-trusted-types-for') && "
                               "blocked.has('connect-src') && blocked.has('style-src-attr')")
        self.assertFalse(page.evaluate("'ran' in window"))

    def test_without_scripts_there_is_a_table(self) -> None:
        page = self.unscripted("/")
        page.get_by_role("link", name="The same as a plain").click()
        self.assertEqual(len(OBJECTIVES), page.locator("tbody tr").count())
        self.assertEqual("no data", page.locator("tr", has_text="refunds").locator("td").first
                         .text_content().split(":")[0])

    # What goes wrong

    def test_a_thousand_objectives_are_usable(self) -> None:
        page = self.open(self.pages.crowd.base + "/")
        self.assertEqual(200, page.locator("#cards .card").count())
        page.get_by_label("Contains").fill("number-0777")
        self.assertEqual(1, page.locator("#cards .card").count())
        page.get_by_label("Contains").fill("")
        page.get_by_role("button", name="Show more of 1000").click()
        self.assertEqual(400, page.locator("#cards .card").count())
        page.locator("#cards .card a").first.click()
        until(page, "document.activeElement.id === 'detail-title'")

    def own(self) -> tuple[str, ...]:
        return (*super().own(), self.pages.crowd.base)

    def test_z_numbers_get_old_when_prometheus_is_gone(self) -> None:
        page = self.open()
        page.on("console", lambda message: self.expected.add(f"{message.type}: {message.text}"))
        self.assertEqual("ok", self.states()["catalogue"])
        self.pages.prometheus.kill()
        page.wait_for_selector("#banner:not([hidden])", timeout=60000)
        self.assertRegex(page.locator("#banner").text_content(),
                         r"^Old numbers, .* of age: Prometheus does not answer: ")
        self.assertEqual({"no_data"}, set(self.states().values()))
        self.assertEqual({"no_data"}, set(
            page.locator("#cards .card").evaluate_all("c => c.map(e => e.dataset.state)")))
        self.assertIn("-", page.locator("[data-slo=checkout] .left strong").text_content())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.get("/api/v1/slos/checkout/history")
        self.assertEqual(503, refused.exception.code)
        self.assertEqual("application/problem+json", refused.exception.headers["Content-Type"])
        self.picture(page, "old")
        self.pages.prometheus.start()
        page.wait_for_selector("#banner", state="hidden", timeout=60000)
        self.assertEqual("ok", page.locator("[data-slo=catalogue]").get_attribute("data-state"))


def with_pages(asked: Namespace) -> int:
    with slo_pages(asked.programs.resolve(), crowd=True) as pages:
        SloPageTest.base, SloPageTest.pages = pages.page.base, pages
        return run(SloPageTest)


if __name__ == "__main__":
    main(__doc__, with_pages)
