// One objective: its numbers, where they come from, and how they came to be, as charts.
import { Chart } from "./charts.js";
import { element, moment, setText, table } from "./elements.js";
import {
  budgetLeft,
  burn,
  count,
  counted,
  percent,
  share,
  span,
  stateNames,
  target,
} from "./numbers.js";
import { failuresTable, timeline } from "./probes.js";
import { Source, load } from "./source.js";

const ranges = { "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "7d": "7 days", "28d": "28 days" };
const drawnWindows = ["5m", "1h", "6h", "3d"];

function facts(slo, alerts) {
  const rows = [
    [
      "Objective",
      slo.unit === "burn"
        ? `composite, ${slo.period}`
        : `${target(slo.objective)} in ${slo.period}`,
    ],
    ["SLI", share(slo.sli)],
    ["Coverage", percent(slo.coverage)],
    ["Budget left", percent(budgetLeft(slo))],
    ["Burn rate, 5 min", burn(slo.burn_rate_5m)],
    ["Burn rate, period", burn(slo.burn_rate)],
    ["Bad of all", counted(slo)],
    ["Observed", span(slo.observed_seconds)],
    ["Source", slo.source],
    ["Resets of counters", count(slo.resets)],
    ["Series left out", count(slo.unknown_starts)],
  ];
  if (slo.corrected) {
    rows.push(
      ["Budget left, not corrected", percent(slo.error_budget_remaining)],
      ["SLI, corrected", share(slo.corrected.sli)],
    );
  }
  for (const a of alerts) {
    rows.push([`Alert (${a.severity})`, `above ${a.factor} in ${span(a.long_minutes * 60)}`]);
  }
  return element(
    "dl",
    { class: "facts" },
    ...rows.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    ),
  );
}

/** Who took what out of the numbers, and why. */
function corrections({ corrected }) {
  if (!corrected?.corrections.length) return "";
  const rows = corrected.corrections.map((c) => [
    moment(c.from),
    moment(c.to),
    c.kind,
    c.whole_window ? "does not count" : `${count(c.bad)} forgiven`,
    c.by,
    c.problem || c.why,
  ]);
  return table("Corrections", ["From", "To", "Kind", "What", "By", "Why"], rows);
}

export class Detail {
  constructor(view) {
    this.view = view;
    this.id = "";
    this.slos = null;
    this.views = [];
    this.history = new Source(
      () => this.address(),
      30000,
      (body) => this.draw(body),
      (error) => this.say(error.message),
    );
    this.more = new Source(
      () => this.id && `api/v1/slos/${encodeURIComponent(this.id)}`,
      30000,
      (body) => this.about(body),
      () => {},
    );
  }

  address() {
    return (
      this.id && `api/v1/slos/${encodeURIComponent(this.id)}/history?range=${this.range.value}`
    );
  }

  report({ slos, views = [] }) {
    this.slos = slos;
    this.views = views;
    this.fill();
  }

  open(id) {
    if (id === this.id) return;
    this.close();
    this.id = id;
    if (!id) return;
    this.build();
    this.fill();
    this.history.ask();
    this.more.ask();
  }

  close() {
    for (const chart of [this.budget, this.burns, this.coverage]) chart?.close();
    this.view.replaceChildren();
  }

  build() {
    this.alerts = [];
    this.title = element("h2", { id: "detail-title", tabindex: "-1" }, this.id);
    this.badge = element("span", { class: "badge" });
    this.place = element("p", { class: "quiet" });
    this.description = element("p", {});
    this.numbers = element("div", {});
    this.problem = element("p", { class: "note" });
    this.notes = element("ul", { class: "notes quiet" });
    this.corrections = element("div", {});
    this.status = element("p", { class: "quiet", role: "status" });
    this.range = element(
      "select",
      { id: "range" },
      ...Object.entries(ranges).map(([value, name]) => element("option", { value }, name)),
    );
    this.range.value = "6h";
    this.range.addEventListener("change", () => this.history.ask());
    this.budget = new Chart("Error budget left", {
      format: percent,
      fill: true,
      lines: [[0, "spent"]],
    });
    this.burns = new Chart("Burn rate", {
      format: burn,
      lines: [[1, "spends the budget exactly"]],
      note: "by window",
    });
    this.coverage = new Chart("Coverage", { format: percent, note: "of the budget's numbers" });
    this.probe = element("div", {});
    this.view.replaceChildren(
      element("p", {}, element("a", { href: "#objectives" }, "← All objectives")),
      element("div", { class: "head" }, this.title, this.badge),
      this.place,
      this.description,
      this.problem,
      this.numbers,
      this.notes,
      this.corrections,
      element(
        "p",
        { class: "filters" },
        element("label", { for: "range" }, "Charts of the last"),
        " ",
        this.range,
      ),
      this.status,
      element("div", { class: "charts" }, this.budget.node, this.burns.node, this.coverage.node),
      this.probe,
    );
  }

  fill() {
    if (!this.id || !this.slos) return;
    const slo = this.slos.find((o) => o.id === this.id);
    if (!slo) {
      setText(this.place, "There is no objective of this id.");
      return;
    }
    this.view.dataset.state = slo.state;
    setText(this.title, slo.display_name);
    setText(this.badge, stateNames[slo.state] || slo.state);
    setText(this.place, `${slo.service} / ${slo.id}`);
    setText(this.description, slo.description);
    setText(this.problem, slo.problem);
    this.numbers.replaceChildren(facts(slo, this.alerts));
    const seen = this.views.filter((v) => [v.black_box.id, v.white_box.id].includes(slo.id));
    const notes = [
      ...(slo.notes || []).filter((n) => n !== slo.problem),
      ...seen.map((v) => v.reason),
    ];
    if (this.notes.dataset.said !== notes.join("\n")) {
      this.notes.dataset.said = notes.join("\n");
      this.notes.replaceChildren(...notes.map((note) => element("li", {}, note)));
    }
    const corrected = JSON.stringify(slo.corrected ?? null);
    if (this.corrections.dataset.said !== corrected) {
      this.corrections.dataset.said = corrected;
      this.corrections.replaceChildren(corrections(slo));
    }
  }

  about({ scenario, alerts }) {
    this.alerts = alerts;
    this.burns.lines = [
      [1, "spends the budget exactly"],
      ...alerts.map((a) => [Number(a.factor), `${a.severity} at ${a.factor}`]),
    ];
    this.fill();
    if (scenario) this.probed(scenario);
  }

  say(text) {
    setText(this.status, text);
  }

  draw({ times, series }) {
    this.say("");
    const of = (metric) => series.filter((s) => s.metric === metric);
    const named = (s) => ({ name: s.window, values: s.values });
    this.budget.show(
      times,
      of("error_budget_remaining").map((s) => ({ name: "left", values: s.values })),
    );
    const burns = of("burn_rate");
    const drawn = drawnWindows.map((w) => burns.find((s) => s.window === w)).filter(Boolean);
    this.burns.show(times, (drawn.length ? drawn : burns.slice(0, 4)).map(named));
    const coverage = of("coverage");
    const period = this.slos?.find((o) => o.id === this.id)?.period;
    const shown = coverage.find((s) => s.window === period) || coverage[coverage.length - 1];
    this.coverage.show(times, shown ? [named(shown)] : []);
  }

  /** The objective counts runs of a probe's scenario: what they met, and the last that failed. */
  async probed(scenario) {
    const id = this.id;
    const name = encodeURIComponent(scenario);
    try {
      const [runs, failed] = await Promise.all([
        load("api/v1/probes?range=6h"),
        load(`api/v1/failures?scenario=${name}&limit=10`),
      ]);
      if (id !== this.id) return;
      this.probe.replaceChildren(
        element("h3", {}, `Runs of ${scenario}`),
        ...runs.scenarios.filter((s) => s.scenario === scenario).map((s) => timeline(runs, s)),
        failuresTable(failed),
      );
    } catch (error) {
      if (id === this.id)
        this.probe.replaceChildren(element("p", { class: "note" }, error.message));
    }
  }
}
