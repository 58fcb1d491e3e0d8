// The views of the page, by its address: the objectives, one of them (#slo-ID), and the probes.
import { moment, setText } from "./elements.js";
import { span, states } from "./numbers.js";
import { Overview } from "./overview.js";
import { Detail } from "./detail.js";
import { Probes } from "./probes.js";
import { Source } from "./source.js";

// The charting library writes labels as HTML; they are text.
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) =>
    text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]),
});

const main = document.getElementById("main");
const banner = document.getElementById("banner");
const overview = new Overview(document.getElementById("objectives-view"));
const detail = new Detail(document.getElementById("detail-view"));
const probes = new Probes(document.getElementById("probes-view"));
let last = null;

/** What was known is not known any more: nothing of it is good. */
function outdated(report, why) {
  return {
    ...report,
    stale: true,
    problem: why,
    slos: report.slos.map((slo) => ({ ...slo, state: "no_data", problem: slo.problem || why })),
  };
}

function verdict(slos) {
  const count = Object.fromEntries(
    states.map((s) => [s, slos.filter((o) => o.state === s).length]),
  );
  const broken = count.spent + count.burning;
  const parts = [];
  if (count.spent) parts.push(`${count.spent} with the budget spent`);
  if (count.burning) parts.push(`${count.burning} burning too fast`);
  if (count.no_data) parts.push(`${count.no_data} without data`);
  const all = `${slos.length} objective${slos.length === 1 ? "" : "s"}`;
  const tone = count.spent ? "spent" : count.burning ? "burning" : count.no_data ? "no_data" : "ok";
  if (!parts.length) return { tone, text: `All of ${all} are within budget` };
  const head = broken
    ? `${broken + count.no_data} of ${all} need attention`
    : `Not everything is known of ${all}`;
  return { tone, text: `${head}: ${parts.join(", ")}` };
}

function showReport(report) {
  const { tone, text } = verdict(report.slos);
  document.getElementById("summary").dataset.state = tone;
  setText(document.getElementById("verdict"), text);
  document.title = `${tone === "ok" ? "" : `${text.split(":")[0]} · `}Service level objectives · Remora`;
  const age = Math.max(0, (Date.now() - new Date(report.at).getTime()) / 1000);
  document
    .getElementById("as-of")
    .replaceChildren("As of ", moment(report.at), ` (${span(age)} ago), from ${report.prometheus}`);
  banner.hidden = !report.stale;
  if (report.stale) setText(banner, `Old numbers, ${span(age)} of age: ${report.problem}`);
  overview.show(report);
  detail.report(report);
  main.removeAttribute("aria-busy");
}

function failed(error) {
  const why = `this page gets no answer (${error.message})`;
  if (last) {
    showReport(outdated(last, why));
    return;
  }
  banner.hidden = false;
  setText(banner, `There are no numbers yet: ${error.message}`);
  main.removeAttribute("aria-busy");
}

const reports = new Source(
  () => "api/v1/slos",
  5000,
  (report) => {
    last = report;
    reports.every = Math.max(1, report.refresh_seconds) * 1000;
    showReport(
      report.stale
        ? { ...report, problem: `Prometheus does not answer: ${report.problem}` }
        : report,
    );
  },
  failed,
);

function view() {
  const place = decodeURIComponent(location.hash.slice(1));
  if (place.startsWith("slo-")) return { name: "detail", id: place.slice(4) };
  return { name: place === "probes" ? "probes" : "objectives" };
}

function go(moved) {
  const { name, id } = view();
  for (const part of ["objectives", "detail", "probes"]) {
    document.getElementById(`${part}-view`).hidden = part !== name;
  }
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  detail.open(name === "detail" ? id : "");
  probes.open(name === "probes");
  if (moved) {
    scrollTo(0, 0);
    (document.querySelector(`#${name}-view h2:not(.hidden)`) || main).focus({
      preventScroll: true,
    });
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says which view it is, and stays
  main.focus();
});
addEventListener("hashchange", () => go(true));
go(false);
reports.ask();
