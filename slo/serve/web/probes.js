// What the probe's scenarios met, step by step, and the last runs that failed.
import { element, moment, setText, table } from "./elements.js";
import { count, span } from "./numbers.js";
import { Source } from "./source.js";

const ranges = { "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "7d": "7 days" };
const sum = (values) => values.reduce((all, v) => all + (v || 0), 0);

function places(where, at) {
  return Object.entries(where)
    .filter(([, values]) => values[at])
    .map(([place, values]) => `${place} ${values[at]}`)
    .join(", ");
}

function cell(passed, failed) {
  const mark = element("i", { "data-of": passed === null ? "none" : failed ? "failed" : "passed" });
  if (failed)
    mark.style.setProperty("--share", `${Math.max(0.15, failed / (passed + failed)) * 100}%`);
  return mark;
}

/** One scenario as a strip of steps, oldest first: the higher the mark, the more failed. */
export function timeline(
  { times, step_seconds: step },
  { scenario, target, passed, failed, where },
) {
  const name = target ? `${scenario} (${target})` : scenario;
  const runs = sum(passed) + sum(failed);
  const said = runs ? `${count(runs)} runs, ${count(sum(failed))} failed` : "no runs";
  const strip = element(
    "div",
    { class: "strip", role: "img", "aria-label": `${name}: ${said}, in steps of ${span(step)}` },
    ...times.map((_, at) => cell(passed[at], failed[at])),
  );
  const details = element("details", {}, element("summary", {}, `${name} as a table`));
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    const rows = times
      .map((t, at) => [
        moment(new Date(t * 1000).toISOString()),
        passed[at] === null ? "no runs" : count(passed[at]),
        passed[at] === null ? "" : count(failed[at]),
        places(where, at),
      ])
      .reverse();
    details.append(
      table(
        `Runs of ${name}, newest first`,
        [`${span(step)} until`, "Passed", "Failed", "Where it broke"],
        rows,
      ),
    );
  });
  return element(
    "section",
    { class: "scenario", "data-scenario": scenario },
    element(
      "div",
      { class: "head" },
      element("h3", {}, name),
      element("span", { class: "quiet" }, said),
    ),
    strip,
    details,
  );
}

function traceCell({ trace_url: url, trace_id: id }) {
  if (url) return element("a", { href: url, rel: "noreferrer" }, `trace ${id.slice(0, 8)}…`);
  return id ? element("code", {}, id) : "not traced";
}

export function failuresTable({ probes, failures }) {
  const silent = probes.filter((p) => p.problem);
  const notes = silent.map((p) => element("p", { class: "note" }, `${p.url}: ${p.problem}`));
  if (!probes.length) {
    return element(
      "p",
      { class: "quiet" },
      "No probe is configured here (probes: in the configuration), so its failed runs are not shown.",
    );
  }
  if (!failures.length) {
    return element(
      "div",
      {},
      ...notes,
      element(
        "p",
        { class: "quiet" },
        silent.length ? "Nothing is known of failed runs." : "The probes keep no failed run.",
      ),
    );
  }
  const rows = failures.map((f) => [
    moment(f.intended),
    f.target ? `${f.scenario} (${f.target})` : f.scenario,
    f.step,
    element("span", { class: "badge", "data-state": "spent" }, `${f.where}: ${f.why}`),
    f.detail,
    span(f.duration_seconds),
    traceCell(f),
    f.bundle_url ? element("a", { href: f.bundle_url, rel: "noreferrer" }, "record") : "",
  ]);
  return element(
    "div",
    { class: "failures" },
    ...notes,
    table(
      "Last failed runs, newest first",
      ["Time", "Scenario", "Step", "Verdict", "What", "Took", "Trace", "Bundle"],
      rows,
    ),
  );
}

export class Probes {
  constructor(view) {
    this.view = view;
    this.shown = false;
    this.range = element(
      "select",
      { id: "probe-range" },
      ...Object.entries(ranges).map(([value, name]) => element("option", { value }, name)),
    );
    this.range.addEventListener("change", () => this.runs.ask());
    this.strips = element("div", { class: "strips" });
    this.failed = element("div", {});
    this.status = element("p", { class: "note", role: "status" });
    view.append(
      element("h2", { id: "probes-title", tabindex: "-1" }, "Probes"),
      element(
        "p",
        { class: "filters" },
        element("label", { for: "probe-range" }, "Runs of the last"),
        " ",
        this.range,
      ),
      this.status,
      this.strips,
      element("h2", { id: "failures" }, "Last failures"),
      this.failed,
    );
    this.runs = new Source(
      () => this.shown && `api/v1/probes?range=${this.range.value}`,
      15000,
      (body) => this.showRuns(body),
      (error) => setText(this.status, `Runs: ${error.message}`),
    );
    this.failures = new Source(
      () => this.shown && "api/v1/failures?limit=50",
      15000,
      (body) => this.showFailures(body),
      (error) => setText(this.status, `Failures: ${error.message}`),
    );
  }

  open(shown) {
    const before = this.shown;
    this.shown = shown;
    if (!shown || before) return;
    this.runs.ask();
    this.failures.ask();
  }

  /** What is open stays open. */
  showRuns(body) {
    setText(this.status, "");
    const open = new Set(
      [...this.strips.querySelectorAll("details[open] > summary")].map((s) => s.textContent),
    );
    const inside = this.strips.contains(document.activeElement)
      ? document.activeElement.textContent
      : "";
    this.strips.replaceChildren(...body.scenarios.map((s) => timeline(body, s)));
    if (!body.scenarios.length) {
      this.strips.append(
        element("p", { class: "quiet" }, "Prometheus knows of no runs (remora_probe_runs_total)."),
      );
    }
    for (const summary of this.strips.querySelectorAll("summary")) {
      if (open.has(summary.textContent)) summary.parentElement.open = true;
      if (inside && summary.textContent === inside) summary.focus({ preventScroll: true });
    }
  }

  showFailures(body) {
    const text = JSON.stringify(body);
    if (text === this.last) return;
    this.last = text;
    this.failed.replaceChildren(failuresTable(body));
  }
}
