// One trace: its spans in their places, each opening on what it says.

export function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

export function seconds(value) {
  if (value >= 1) return `${value.toFixed(2)} s`;
  if (value >= 0.001) return `${(value * 1e3).toFixed(value >= 0.1 ? 0 : 1)} ms`;
  return `${Math.round(value * 1e6)} µs`;
}

function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function attributes(list) {
  return element("dl", {}, ...Object.entries(list).flatMap(([key, value]) =>
    [element("dt", {}, key), element("dd", {}, text(value))]));
}

function events(span) {
  return span.events.map((event) => element("section", {},
    element("h2", {}, `${event.name} after ${seconds(event.offset - span.offset)}`),
    attributes(event.attributes)));
}

function body(span) {
  const own = {
    "span id": span.span_id,
    ...(span.parent_id && { "parent id": span.parent_id }),
    ...(span.kind && { kind: span.kind }),
    ...(span.scope && { scope: span.scope }),
    ...(span.error_message && { error: span.error_message }),
  };
  return element("div", { class: "body" }, attributes(own), attributes(span.attributes), ...events(span));
}

function bar(span, total, tone) {
  const track = element("span", { class: "track", "aria-hidden": "true" });
  const mark = element("span", { class: `bar tone${tone}${span.error ? " bad" : ""}` });
  const share = (part) => Math.min(100, Math.max(0, (100 * part) / total));
  mark.style.left = `${Math.min(99.5, share(span.offset))}%`;
  mark.style.width = `${Math.max(0.5, Math.min(share(span.duration), 100 - share(span.offset)))}%`;
  track.append(mark);
  return track;
}

function line(span, total, tone) {
  const name = element("span", { class: "name" }, span.name || "(no name)");
  name.style.paddingInlineStart = `${Math.min(span.depth, 12) * 0.9}rem`;
  if (span.error) name.append(" ", element("span", { class: "badge bad" }, "error"));
  if (span.orphan) name.append(" ", element("span", { class: "badge" }, "parent not here"));
  const summary = element("summary", {}, name,
    element("span", { class: "service" }, span.service || "?"),
    element("span", { class: "number" }, seconds(span.duration)),
    bar(span, total, tone));
  return element("li", {}, element("details", {}, summary, body(span)));
}

export function waterfall(spans, duration) {
  const services = [...new Set(spans.map((span) => span.service))];
  const total = Math.max(duration, 1e-9);
  const tone = (span) => services.indexOf(span.service) % 5;
  const head = element("p", { class: "head", "aria-hidden": "true" },
    ...["Span", "Service", "Duration"].map((title) => element("span", {}, title)),
    element("span", { class: "scale" }, element("span", {}, "0"), element("span", {}, seconds(total))));
  return element("div", { class: "waterfall" }, head,
    element("ol", { "aria-label": "Spans, each below its parent" },
      ...spans.map((span) => line(span, total, tone(span)))));
}
