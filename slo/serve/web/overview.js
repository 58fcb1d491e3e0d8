// A card for each objective, worst first, and what they are filtered by. A card is made once and
// brought up to date in place: the focus stays where it is.
import { element, setText } from "./elements.js";
import {
  budgetLeft,
  burn,
  counted,
  percent,
  share,
  stateNames,
  states,
  target,
} from "./numbers.js";

const atOnce = 200; // cards; the rest on request

function fact(list, name) {
  const value = element("dd", {});
  list.append(element("div", {}, element("dt", {}, name), value));
  return value;
}

class Card {
  constructor(slo) {
    this.link = element("a", { href: `#slo-${encodeURIComponent(slo.id)}` });
    this.place = element("p", { class: "quiet" });
    this.badge = element("span", { class: "badge" });
    this.left = element("strong", {});
    this.beside = element("span", {});
    this.bar = element("i", {});
    const facts = element("dl", {});
    this.facts = ["SLI", "Burn rate, 5 min", "Bad of all", "Period"].map((n) => fact(facts, n));
    this.note = element("p", { class: "note" });
    this.node = element(
      "article",
      { class: "card" },
      element("div", { class: "head" }, element("h3", {}, this.link), this.badge),
      this.place,
      element("p", { class: "left" }, this.left, " ", this.beside),
      element("div", { class: "bar", "aria-hidden": "true" }, this.bar),
      facts,
      this.note,
    );
    this.show(slo);
  }

  show(slo) {
    this.slo = slo;
    this.node.dataset.state = slo.state;
    this.node.dataset.slo = slo.id;
    setText(this.link, slo.display_name);
    setText(this.place, `${slo.service} / ${slo.id}`);
    setText(this.badge, stateNames[slo.state] || slo.state);
    const left = budgetLeft(slo);
    setText(this.left, percent(left));
    setText(this.beside, `of the budget left, coverage ${percent(slo.coverage)}`);
    this.bar.style.width = `${Math.max(0, Math.min(1, left || 0)) * 100}%`;
    const values = [
      slo.unit === "burn" ? "composite" : `${share(slo.sli)} of ${target(slo.objective)}`,
      burn(slo.burn_rate_5m),
      counted(slo),
      slo.period,
    ];
    this.facts.forEach((value, at) => setText(value, values[at]));
    setText(
      this.note,
      slo.problem ||
        (slo.corrected
          ? `Corrected; ${percent(slo.error_budget_remaining)} without corrections`
          : ""),
    );
    this.words = `${slo.id} ${slo.service} ${slo.display_name} ${slo.name}`.toLowerCase();
  }
}

export class Overview {
  constructor(view) {
    this.cards = new Map();
    this.grid = view.querySelector("#cards");
    this.service = view.querySelector("#service");
    this.text = view.querySelector("#words");
    this.most = atOnce;
    this.chosen = new Set();
    this.buttons = new Map(states.map((state) => [state, this.stateButton(state)]));
    view.querySelector("#states").append(...this.buttons.values());
    view.querySelector("#filters").addEventListener("submit", (event) => event.preventDefault());
    this.service.addEventListener("change", () => this.filter());
    this.text.addEventListener("input", () => this.filter());
    view.querySelector("#more").addEventListener("click", () => {
      this.most += atOnce;
      this.filter();
    });
  }

  stateButton(state) {
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", "data-state": state },
      element("b", {}, "–"),
      ` ${stateNames[state]}`,
    );
    button.addEventListener("click", () => {
      if (!this.chosen.delete(state)) this.chosen.add(state);
      button.setAttribute("aria-pressed", String(this.chosen.has(state)));
      this.filter();
    });
    return button;
  }

  show({ slos }) {
    const gone = new Set(this.cards.keys());
    for (const slo of slos) {
      gone.delete(slo.id);
      const card = this.cards.get(slo.id);
      if (card) card.show(slo);
      else this.cards.set(slo.id, new Card(slo));
    }
    for (const id of gone) this.cards.delete(id);
    for (const [state, button] of this.buttons) {
      setText(button.firstChild, String(slos.filter((slo) => slo.state === state).length));
    }
    this.showServices([...new Set(slos.map((slo) => slo.service))].sort());
    this.filter();
  }

  showServices(names) {
    const there = [...this.service.options].slice(1).map((option) => option.value);
    if (there.join("\n") === names.join("\n")) return;
    const chosen = this.service.value;
    this.service.replaceChildren(
      element("option", { value: "" }, "all"),
      ...names.map((name) => element("option", { value: name }, name)),
    );
    this.service.value = names.includes(chosen) ? chosen : "";
  }

  wanted({ slo, words }) {
    if (this.chosen.size && !this.chosen.has(slo.state)) return false;
    if (this.service.value && slo.service !== this.service.value) return false;
    return this.text.value
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word));
  }

  filter() {
    const rank = ({ slo }) => states.indexOf(slo.state);
    const found = [...this.cards.values()].filter((card) => this.wanted(card));
    found.sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (budgetLeft(a.slo) ?? 2) - (budgetLeft(b.slo) ?? 2) ||
        a.slo.id.localeCompare(b.slo.id),
    );
    this.place(found.slice(0, this.most).map((card) => card.node));
    document.getElementById("rest").hidden = found.length <= this.most;
    setText(document.getElementById("more"), `Show more of ${found.length}`);
    setText(
      document.getElementById("shown"),
      found.length === this.cards.size ? "" : `${found.length} of ${this.cards.size} shown`,
    );
  }

  /** Moves only what is not in its place, so that the focused card keeps the focus. */
  place(nodes) {
    const kept = new Set(nodes);
    for (const node of [...this.grid.children]) if (!kept.has(node)) node.remove();
    const focused = this.grid.contains(document.activeElement) ? document.activeElement : null;
    nodes.forEach((node, at) => {
      if (this.grid.children[at] !== node)
        this.grid.insertBefore(node, this.grid.children[at] || null);
    });
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }
}
