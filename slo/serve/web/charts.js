/* global Dygraph */
// One chart of lines over time: read out by pointer and by keyboard, and all of it as a table.
import { element, moment, setText, table } from "./elements.js";

const dashes = [[], [6, 4], [2, 3], [9, 3, 2, 3]];
const all = new Set();

/** What a colour of the style sheet is now; canvas knows no variables. */
function colour(name) {
  const sample = element("i", { hidden: true });
  sample.style.color = `var(--${name})`;
  document.body.append(sample);
  const value = getComputedStyle(sample).color;
  sample.remove();
  return value;
}

/** The library draws its legend with inline styles; ours is below. */
function plugins() {
  return (Dygraph.PLUGINS = Dygraph.PLUGINS.filter((p) => p !== Dygraph.Plugins.Legend));
}

export class Chart {
  /** `format` makes text of a value; `lines` are [value, text] across; `fill` for an area. */
  constructor(title, { format, lines = [], fill = false, note = "" }) {
    Object.assign(this, { title, format, lines, fill, names: [], rows: [], at: -1, drawn: null });
    this.plot = element("div", {
      class: "plot",
      tabindex: "0",
      role: "group",
      "aria-roledescription": "chart",
      "aria-label": `${title}: arrow keys read its values`,
    });
    this.legend = element("ul", { class: "legend" });
    this.readout = element("p", { class: "readout", "aria-live": "polite" });
    this.values = element("details", {}, element("summary", {}, `${title} as a table`));
    this.empty = element("p", { class: "quiet", hidden: true });
    this.node = element(
      "figure",
      { class: "chart" },
      element(
        "figcaption",
        {},
        element("h3", {}, title),
        element("span", { class: "quiet" }, note),
        this.legend,
      ),
      this.plot,
      this.empty,
      this.readout,
      this.values,
    );
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("focus", () =>
      this.read(this.at < 0 ? this.rows.length - 1 : this.at),
    );
    this.plot.addEventListener("blur", () => this.read(-1));
    this.values.addEventListener("toggle", () => this.showTable());
    all.add(this);
  }

  close() {
    this.drawn?.destroy();
    this.drawn = null;
    all.delete(this);
  }

  /** `times` in Unix seconds; `series` are {name, values}, null where nothing is known. */
  show(times, series, nothing = "There is nothing recorded of this time.") {
    this.names = series.map((s) => s.name);
    this.rows = times.map((t, at) => [new Date(t * 1000), ...series.map((s) => s.values[at])]);
    const some = series.some((s) => s.values.some((v) => v !== null));
    this.plot.hidden = this.values.hidden = !some;
    this.empty.hidden = some;
    setText(this.empty, nothing);
    if (some) this.draw();
    this.showLegend();
    this.showTable();
  }

  draw() {
    this.drawn?.destroy();
    const colours = this.names.map((_, at) => colour(`line-${at + 1}`));
    const muted = colour("muted");
    this.drawn = new Dygraph(this.plot, this.rows, {
      labels: ["Time", ...this.names],
      plugins: plugins(),
      colors: colours,
      strokeWidth: 2,
      series: Object.fromEntries(this.names.map((n, at) => [n, { strokePattern: dashes[at % 4] }])),
      fillGraph: this.fill,
      includeZero: true,
      connectSeparatedPoints: false,
      highlightCircleSize: 4,
      axisLabelFontSize: 12,
      axisLineColor: muted,
      gridLineColor: colour("grid"),
      axes: { y: { axisLabelFormatter: this.format, axisLabelWidth: 60 } },
      interactionModel: {},
      highlightCallback: (_event, _x, _points, row) => this.say(row),
      unhighlightCallback: () => this.say(this.at),
      underlayCallback: (canvas, area, graph) => this.across(canvas, area, graph, muted),
    });
    if (this.at >= 0) this.read(Math.min(this.at, this.rows.length - 1));
  }

  across(canvas, area, graph, ink) {
    canvas.save();
    canvas.strokeStyle = canvas.fillStyle = ink;
    canvas.font = "11px system-ui, sans-serif";
    let said = Infinity;
    for (const [value, text] of [...this.lines].sort((a, b) => a[0] - b[0])) {
      const y = graph.toDomYCoord(value);
      if (y < area.y || y > area.y + area.h) continue;
      canvas.setLineDash([4, 4]);
      canvas.beginPath();
      canvas.moveTo(area.x, y);
      canvas.lineTo(area.x + area.w, y);
      canvas.stroke();
      if (said - y < 14) continue; // no room beside the one below
      canvas.fillText(text, area.x + area.w - canvas.measureText(text).width - 6, y - 4);
      said = y;
    }
    canvas.restore();
  }

  showLegend() {
    this.legend.replaceChildren(
      ...this.names.map((name, at) =>
        element(
          "li",
          { class: `line line-${at + 1}` },
          element("i", { "aria-hidden": "true" }),
          name,
        ),
      ),
    );
  }

  text(row) {
    return this.names
      .map((name, at) => {
        const value = this.rows[row][at + 1];
        return `${name} ${value === null ? "no data" : this.format(value)}`;
      })
      .join(" · ");
  }

  say(row) {
    setText(
      this.readout,
      row < 0 || !this.rows[row] ? "" : `${this.rows[row][0].toLocaleString()}: ${this.text(row)}`,
    );
  }

  /** Marks a row and says it; -1 for none. */
  read(row) {
    this.at = row;
    if (row < 0) this.drawn?.clearSelection();
    else this.drawn?.setSelection(row);
    this.say(row);
  }

  key(event) {
    const step = event.shiftKey ? 10 : 1;
    const last = this.rows.length - 1;
    const to = { ArrowLeft: this.at - step, ArrowRight: this.at + step, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    this.read(Math.max(0, Math.min(last, to)));
  }

  showTable() {
    while (this.values.children.length > 1) this.values.lastChild.remove();
    if (!this.values.open) return;
    const rows = [...this.rows]
      .reverse()
      .map(([time, ...values]) => [
        moment(time.toISOString()),
        ...values.map((v) => (v === null ? "no data" : this.format(v))),
      ]);
    this.values.append(table(`${this.title}, newest first`, ["Time", ...this.names], rows));
  }
}

addEventListener("theme", () => {
  for (const chart of all) if (chart.rows.length && !chart.plot.hidden) chart.draw();
});
