#!/usr/bin/env python3
"""`remora-slo report` and `explain` with a real Prometheus that holds a day of counters which this
test knows exactly: a restart, a gap, an outage that only probes see, maintenance and a correction.
Every format; the page in a real browser.

Exit codes: 0 all well, 1 not, 77 without Prometheus, promtool, Chromium or the packages of
tools/python.
"""

import argparse
import json
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from browser import NARROW, BrowserTest, main, run
from servers import Server, free_port, tool

SCRAPE, HOUR = 15, 3600
STARTED = -20 * HOUR  # of both targets, to the end of the day
RESTART = -5 * HOUR  # of the service
GAP = (-9 * HOUR, -9 * HOUR + 600)  # nothing was scraped
OUTAGE = (-4 * HOUR, -3 * HOUR)  # probes fail, the service sees nothing
ERRORS = (-2 * HOUR, -1 * HOUR)  # one in ten requests fails
MAINTENANCE = (-2 * HOUR, -2 * HOUR + 1800)


def slo(name: str, title: str, metric: str, good: str, all_of: str, target: float) -> str:
    return f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}, displayName: "{title}"}}
spec:
  description: 'Made for a test: <b>this</b> & "that".'
  service: shop
  indicator:
    metadata: {{name: {name}-ratio}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: '{metric}{{{good}}}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: '{metric}{{{all_of}}}'}}}}}}
  timeWindow: [{{duration: 1d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{displayName: It, target: {target}}}]
"""


def query(text: str) -> str:
    return "{metricSource: {type: Prometheus, spec: {query: '" + text + "'}}}"


def ratio(metric: str, good: str, all_of: str) -> str:
    return ("{metadata: {name: i}, spec: {ratioMetric: {counter: true, good: "
            + query(f"{metric}{{{good}}}") + ", total: " + query(f"{metric}{{{all_of}}}") + "}}}")


WEB = ratio("remora_sli_requests_total", 'job="shop",result="good"', 'job="shop"')
PATH = ratio("remora_probe_runs_total", 'job="remora-probe",outcome="passed"',
             'job="remora-probe"')


def other(name: str, indicator: str, method: str, objectives: str, window: str) -> str:
    """An SLO of another kind than `slo` makes."""
    return f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: others
  {indicator and "indicator: " + indicator}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives: [{objectives}]
"""


ROLLING = "{duration: 1d, isRolling: true}"
DAY = ('{duration: 1d, isRolling: false, calendar: {startTime: "2024-01-01 00:00:00", '
       "timeZone: UTC}}")
OTHERS = {
    "minutes": other("minutes", WEB, "Timeslices",
                     "{target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 5m}", ROLLING),
    "queue": other("queue", "{metadata: {name: i}, spec: {thresholdMetric: "
                   + query("max(queue_age_seconds)") + "}}", "Occurrences",
                   "{target: 0.9, op: lt, value: 30}", ROLLING),
    "today": other("today", WEB, "Occurrences", "{target: 0.99}", DAY),
    "journey": other("journey", "", "Occurrences",
                     f"{{target: 0.99, compositeWeight: 2, indicator: {WEB}}}, "
                     f"{{target: 0.95, indicator: {PATH}}}", ROLLING),
    "recorded": other("recorded", ratio("gone_total", 'kind="good"', 'kind!=""'), "Occurrences",
                      "{target: 0.99}", "{duration: 28d, isRolling: true}"),
}


def instant(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def corrections(end: int) -> str:
    return f"""corrections:
  - kind: maintenance
    slos: [web]
    from: {instant(end + MAINTENANCE[0])}
    to: {instant(end + MAINTENANCE[1])}
    by: ana@example.org
    why: The database was upgraded.
  - kind: correction
    services: [shop]
    from: {instant(end + OUTAGE[0])}
    to: {instant(end + OUTAGE[1])}
    forgive: 40
    by: ben@example.org
    why: "The probe's own network was down."
"""


class Counters:
    """What both targets count, and what of it somebody who subtracts samples can see."""

    def __init__(self, end: int):
        self.lines: dict[str, list[str]] = {}
        self.end = end
        self.seen = {"web": [0, 0], "path": [0, 0]}  # events and bad ones after the first scrape
        self.within = {"web": [0, 0], "path": [0, 0]}  # of maintenance; of the outage
        web, path = [0, 0], [0, 0]
        first = True
        for at in range(STARTED, 1, SCRAPE):
            if at == RESTART:
                web = [0, 0]
            bad = 1 if ERRORS[0] < at <= ERRORS[1] else 0
            failed = 1 if OUTAGE[0] < at <= OUTAGE[1] and at % 60 == 0 else 0
            web = [web[0] + 10, web[1] + bad]
            path = [path[0] + (at % 60 == 0), path[1] + failed]
            for name, now, bad_now, span in (("web", 10, bad, MAINTENANCE),
                                             ("path", int(at % 60 == 0), failed, OUTAGE)):
                if first:
                    continue
                self.seen[name][0] += now
                self.seen[name][1] += bad_now
                if span[0] < at <= span[1]:
                    self.within[name][0] += now
                    self.within[name][1] += bad_now
            first = False
            if GAP[0] < at < GAP[1]:
                continue
            self.scrape(end + at, web, path)
            self.lines.setdefault("queue_age_seconds{}", []).append(
                f"{60 if bad else 10} {end + at}\n")
        self.record()

    def record(self) -> None:
        """What the rules would have: 1,200 events an hour for two days, 24 bad in the last one."""
        for at in range(-48 * HOUR, 1, 300):
            for window, share in (("5m", 12), ("1h", 1)):
                bad = 24 if at == 0 and window == "1h" else 0
                self.rule("events:sum", window, at, 1200 // share)
                self.rule("bad_events:sum", window, at, bad)
                self.rule("coverage:ratio", window, at, 1)
            self.rule("events:sum", "28d", at, 1200 * 48)
            self.rule("bad_events:sum", "28d", at, 24)
            self.rule("coverage:ratio", "28d", at, 48 / (28 * 24))

    def rule(self, name: str, window: str, at: int, value: float) -> None:
        series = f'slo:{name}{{slo_id="recorded",window="{window}"}}'
        self.lines.setdefault(series, []).append(f"{value} {self.end + at}\n")

    def scrape(self, at: int, web: list[int], path: list[int]) -> None:
        started = self.end + (RESTART if at >= self.end + RESTART else STARTED - 9 * HOUR)
        where = 'job="shop",instance="a"'
        probe = 'job="remora-probe",instance="p"'
        for family, labels, value in (
                ("remora_sli_requests_total", where + ',result="good"', web[0] - web[1]),
                ("remora_sli_requests_total", where + ',result="bad"', web[1]),
                ("remora_probe_runs_total", probe + ',outcome="passed"', path[0] - path[1]),
                ("remora_probe_runs_total", probe + ',outcome="failed"', path[1]),
                ("up", where, 1), ("up", probe, 1),
                ("process_start_time_seconds", where, started)):
            self.lines.setdefault(f"{family}{{{labels}}}", []).append(f"{value} {at}\n")

    def openmetrics(self) -> str:
        out, family = [], ""
        for series, samples in sorted(self.lines.items()):
            whole = series.split("{")[0]
            name = whole.removesuffix("_total")
            if name != family:
                kind = "counter" if whole != name else "gauge"
                out.append(f"# TYPE {name} {kind}\n")
                family = name
            out += [f"{series} {sample}" for sample in samples]
        return "".join(out) + "# EOF\n"


class Prometheus(Server):
    """Scrapes nothing; knows what it was given."""

    def __init__(self, directory: Path, counters: Counters, spawner: ThreadPoolExecutor):
        directory.mkdir()
        super().__init__("prometheus", directory, 1, spawner)
        (directory / "prometheus.yaml").write_text("scrape_configs: []\n")
        (directory / "history").write_text(counters.openmetrics())
        subprocess.run([tool("promtool"), "tsdb", "create-blocks-from", "openmetrics", "history",
                        "data"], cwd=directory, check=True, stdout=subprocess.DEVNULL)

    def command(self) -> list[str]:
        return [tool("prometheus"), f"--config.file={self.directory / 'prometheus.yaml'}",
                f"--storage.tsdb.path={self.directory / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}"]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                return True
        except OSError:
            return False


class SloReportTest(BrowserTest):
    drawn = ""

    program: Path
    folder: Path
    counters: Counters
    prometheus: str

    def remora(self, *words: str, code: int = 0) -> str:
        done = subprocess.run([self.program, *words], cwd=self.folder, timeout=120, check=False,
                              capture_output=True, text=True)
        self.assertEqual(code, done.returncode, done.stderr)
        return done.stderr if code else done.stdout

    def ask(self, *words: str) -> list[str]:
        return [*words, "--prometheus", self.prometheus, "--at", instant(self.counters.end)]

    def report(self) -> dict:
        return json.loads(self.remora(*self.ask("report", "slo", "--raw", "--json")))

    def named(self, listed: list[dict], name: str) -> dict:
        return next(one for one in listed if one["id"] == name)

    def test_counts_every_event_once(self) -> None:
        slos = self.report()["slos"]
        for name in ("web", "path"):
            one = self.named(slos, name)
            self.assertEqual("", one["problem"])
            self.assertEqual(self.counters.seen[name], [one["events"], one["bad_events"]])
            self.assertLess(one["coverage"], 1)
        self.assertEqual(2, self.named(slos, "web")["resets"])

    def test_tells_numbers_with_and_without_corrections(self) -> None:
        slos = self.report()["slos"]
        web = self.named(slos, "web")
        events, bad = self.counters.seen["web"]
        out_events, out_bad = self.counters.within["web"]
        self.assertEqual([events - out_events, bad - out_bad],
                         [web["corrected"]["total"], web["corrected"]["bad"]])
        self.assertEqual(["maintenance", "correction"],
                         [one["kind"] for one in web["corrected"]["corrections"]])
        path = self.named(slos, "path")
        self.assertEqual(self.counters.seen["path"][1] - 40, path["corrected"]["bad"])
        text = self.remora(*self.ask("report", "slo", "--raw"))
        self.assertIn("ana@example.org: The database was upgraded.", text)
        self.assertIn("Contains 2 corrections", text)

    def test_every_kind_of_objective(self) -> None:
        slos = json.loads(self.remora(*self.ask("report", "others", "--json", "--weekly")))["slos"]
        minutes = self.named(slos, "minutes")
        self.assertEqual(["slices", 239, 12], [minutes[k] for k in ("unit", "total", "bad")])
        queue = self.named(slos, "queue")
        self.assertEqual(["minutes", 60], [queue["unit"], queue["bad"]])
        self.assertTrue(1190 <= queue["total"] <= 1201, queue["total"])
        self.assertTrue(any("Approximate" in note for note in queue["notes"]))
        today = self.named(slos, "today")
        self.assertEqual(instant(self.counters.end // 86400 * 86400), today["from"])
        self.assertTrue(any("is not over" in note for note in today["notes"]))
        journey = self.named(slos, "journey")
        burns = [self.named(slos, f"journey-{i}")["burn_rate"] for i in (1, 2)]
        self.assertAlmostEqual(2 * burns[0] + burns[1], journey["burn_rate"])
        self.assertAlmostEqual(1 - journey["burn_rate"], journey["error_budget_remaining"])
        self.assertIsNone(journey["error_ratio"])
        for one in (minutes, queue, journey):
            self.assertGreater(len(one["worst_periods"]), 0, one["id"])
        text = self.remora(*self.ask("explain", "journey", "others"))
        self.assertIn("(journey-1)", text)
        self.assertIn("(journey-2)", text)

    def test_recording_rules_come_first(self) -> None:
        slos = json.loads(self.remora(*self.ask("report", "others", "--json", "--weekly")))["slos"]
        one = self.named(slos, "recorded")
        self.assertEqual(["rules", 57600, 24],
                         [one[k] for k in ("source", "events", "bad_events")])
        points = [p for p in one["history"]["points"] if p["total"]]
        self.assertEqual(49, len(points))
        self.assertEqual(3600, one["history"]["step_seconds"])
        self.assertAlmostEqual(2, points[-1]["burn_rate"])
        self.assertEqual([instant(self.counters.end)], [p["to"] for p in one["worst_periods"]])
        self.assertEqual("raw", self.named(slos, "today")["source"])

    def test_names_what_only_probes_saw(self) -> None:
        self.remora(*self.ask("report", "slo", "--raw", "--markdown", "report.md"))
        markdown = (self.folder / "report.md").read_text()
        self.assertIn("Probes see failures that the sidecar does not", markdown)
        view = self.report()["views"][0]
        self.assertEqual("outside_worse", view["disagreement"])
        self.assertEqual(["path", "web"], [view["black_box"]["id"], view["white_box"]["id"]])
        worst = json.loads(self.remora(*self.ask("report", "slo", "--raw", "--json", "--weekly")))
        span = worst["views"][0]["periods"][0]
        self.assertGreaterEqual(span["from"], instant(self.counters.end + OUTAGE[0] - HOUR))
        self.assertLessEqual(span["to"], instant(self.counters.end + OUTAGE[1] + HOUR))

    def test_explains_the_same_numbers(self) -> None:
        slos = self.report()["slos"]
        explained = json.loads(self.remora(*self.ask("explain", "web", "slo", "--json")))
        self.assertEqual(1, len(explained))
        raw = explained[0]["raw"]
        for key in ("events", "bad_events", "sli", "error_budget_remaining", "coverage", "from"):
            self.assertEqual(self.named(slos, "web")[key], raw[key], key)
        total = explained[0]["queries"][0]
        self.assertEqual(raw["events"], sum(one["events"] for one in total["series"]))
        good = self.named([one | {"id": one["series"]} for one in total["series"]],
                          'remora_sli_requests_total{instance="a",job="shop",result="good"}')
        self.assertEqual([self.counters.end + RESTART], [r["after"]["at"] for r in good["resets"]])
        self.assertEqual([self.counters.end + GAP[0]], [gap["from"] for gap in good["gaps"]])
        self.assertEqual(GAP[1] - GAP[0] - SCRAPE, good["seconds_without_data"])
        terms = {one["name"]: one["value"] for one in explained[0]["terms"]}
        self.assertEqual(raw["error_budget_remaining"], terms["budget left"])
        self.assertIn("The recording rules have no data of it.",
                      self.remora(*self.ask("explain", "web", "slo")))

    def test_wrong_files_names_and_servers_are_told_apart(self) -> None:
        broken = self.folder / "broken"
        broken.mkdir(exist_ok=True)
        (broken / "web.yaml").write_text((self.folder / "slo" / "web.yaml").read_text())
        (broken / "corrections.yaml").write_text(
            "corrections:\n  - {kind: holiday, slos: [wbe], from: now, to: '2', by: a, whom: b}\n")
        said = self.remora(*self.ask("report", "broken"), code=65)
        for part in ("corrections.yaml:2:12", "whom", "why"):
            self.assertIn(part, said)
        self.assertIn("there is no SLO wbe (expected path, web)",
                      self.remora(*self.ask("explain", "wbe", "slo"), code=64))
        nobody = f"http://127.0.0.1:{free_port()}"
        for command in ("report", "explain"):
            self.assertIn(nobody, self.remora(command, "slo", "--prometheus", nobody, code=69))

    def page(self, **options):
        path = self.folder / "report.html"
        if not path.exists():
            self.remora(*self.ask("report", "slo", "--raw", "--weekly", "--html", str(path)))
        type(self).base = path.as_uri()
        return self.open("", **options)

    def test_the_page_shows_numbers_charts_and_corrections(self) -> None:
        page = self.page()
        self.assertTrue(page.title().startswith("SLO report, "))
        self.assertIn("2 objectives", page.get_by_role("status").first.text_content())
        text = page.locator("main").inner_text()
        for part in ("Worst periods", "ana@example.org", "From outside and from inside",
                     "Week over week", "<b>this</b>"):
            self.assertIn(part.lower(), text.lower())
        self.assertEqual(6, page.locator(".plot svg").count())
        self.assertGreater(page.locator("#web .band").count(), 0)
        self.assertGreater(len(page.locator("#web .series.left").first.get_attribute("d")), 100)

    def test_the_charts_are_read_by_keyboard(self) -> None:
        page = self.page()
        plot = page.locator("#web .plot").nth(1)
        plot.focus()
        readout = page.locator("#web .readout").nth(1)
        first = readout.text_content()
        self.assertIn("UTC", first)
        page.keyboard.press("End")
        self.assertNotEqual(first, readout.text_content())

    def test_breaks_no_rule_of_accessibility_in_light_or_dark(self) -> None:
        colours = set()
        for scheme in ("light", "dark"):
            page = self.page(color_scheme=scheme)
            self.assert_accessible(page)
            colours.add(self.background(page))
            self.picture(page, f"slo-report-{scheme}")
        self.assertEqual(2, len(colours), "light and dark look the same")

    def test_a_narrow_window_needs_no_sideways_scrolling(self) -> None:
        page = self.page(viewport=NARROW)
        self.picture(page, "slo-report-narrow")
        self.assert_fits(page)


def body(asked: argparse.Namespace) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spawner = stack.enter_context(ThreadPoolExecutor(1))
        end = int(time.time()) // HOUR * HOUR - HOUR
        if end % (24 * HOUR) == 0:
            end -= HOUR  # of its day there has to be something
        counters = Counters(end)
        prometheus = Prometheus(folder / "prometheus", counters, spawner).start()
        stack.callback(prometheus.stop)
        (folder / "slo").mkdir()
        (folder / "slo" / "web.yaml").write_text(
            slo("web", "The shop answers", "remora_sli_requests_total",
                'job="shop",result="good"', 'job="shop"', 0.99))
        (folder / "slo" / "path.yaml").write_text(
            slo("path", "The path works", "remora_probe_runs_total",
                'job="remora-probe",outcome="passed"', 'job="remora-probe"', 0.95))
        (folder / "slo" / "corrections.yaml").write_text(corrections(end))
        (folder / "others").mkdir()
        for name, text in OTHERS.items():
            (folder / "others" / f"{name}.yaml").write_text(text)
        SloReportTest.program = asked.programs.resolve() / "remora-slo"
        SloReportTest.folder = folder
        SloReportTest.counters = counters
        SloReportTest.prometheus = f"http://127.0.0.1:{prometheus.port}"
        return run(SloReportTest)


if __name__ == "__main__":
    main(__doc__, body)
