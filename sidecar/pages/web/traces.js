// The list of the last traces, or one of them, by the address of the page.
import { element, seconds, waterfall } from "./waterfall.js";

const main = document.getElementById("main");
const facts = document.getElementById("facts");
const filter = document.getElementById("filter");

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail || `HTTP ${answer.status}`);
  return body;
}

function show(...content) {
  main.replaceChildren(...content);
  main.removeAttribute("aria-busy");
}

function failed(error) {
  facts.textContent = "";
  show(element("p", { class: "alert", role: "alert" }, `There is nothing to show: ${error.message}`));
}

function badge(trace) {
  const tone = trace.error || trace.status >= 500 ? "bad" : trace.status >= 400 ? "warn" : "good";
  const text = trace.status ? String(trace.status) : trace.error ? "error" : "ok";
  return element("span", { class: `badge ${tone}` }, text);
}

function row(trace, longest) {
  const time = new Date(trace.start_unix_ms);
  const bar = element("span", { class: "length", "aria-hidden": "true" });
  bar.style.width = `${Math.max(1, (100 * trace.duration) / longest)}%`;
  const name = element("a", { href: `/traces/${trace.trace_id}` }, trace.name || "(no name)");
  const mark = trace.synthetic ? element("span", { class: "badge" }, "probe") : "";
  return element("tr", {},
    element("td", {}, element("time", { datetime: time.toISOString() }, time.toLocaleTimeString())),
    element("th", { scope: "row" }, name, " ", mark),
    element("td", {}, badge(trace)),
    element("td", { class: "number" }, seconds(trace.duration), bar),
    element("td", { class: "number" }, String(trace.spans)),
    element("td", {}, trace.services.join(", ")));
}

function list({ traces, kept }) {
  facts.textContent = `${traces.length} of ${kept} kept`;
  const routes = [...new Set(traces.map((trace) => trace.route).filter(Boolean))].sort();
  document.getElementById("routes").replaceChildren(
    ...routes.map((route) => element("option", { value: route })));
  if (!traces.length) {
    show(element("p", { class: "quiet" }, kept ? "No trace is like that." : "No trace was kept yet."));
    return;
  }
  const longest = Math.max(...traces.map((trace) => trace.duration), 1e-9);
  const head = ["Time", "Request", "Status", "Duration", "Spans", "Services"];
  show(element("div", { class: "scroll" }, element("table", {},
    element("caption", { class: "hidden" }, "The last traces, newest first"),
    element("thead", {}, element("tr", {}, ...head.map((h) => element("th", { scope: "col" }, h)))),
    element("tbody", {}, ...traces.map((trace) => row(trace, longest))))));
}

function one({ summary, spans }) {
  const time = new Date(summary.start_unix_ms);
  document.title = `${summary.name} · Traces · Remora`;
  document.getElementById("title").textContent = summary.name || "Trace";
  facts.textContent = `${summary.trace_id} · ${time.toLocaleString()} · ${seconds(summary.duration)} · ${spans.length} spans`;
  const back = element("p", {}, element("a", { href: "/traces" }, "All traces"), " ", badge(summary));
  show(back, waterfall(spans, summary.duration));
}

const single = location.pathname.match(/^\/traces\/(.+)$/);
if (!single) {
  filter.hidden = false;
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = filter.elements.namedItem(name);
    if (field?.type === "checkbox") field.checked = value === "true";
    else if (field) field.value = value;
  }
  // Fields that say nothing are no part of the address.
  filter.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
load(location.pathname + location.search).then(single ? one : list).catch(failed);
