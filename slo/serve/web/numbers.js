// Numbers for people. What there is no number for is a dash.

const nothing = "–";
const known = (value) => typeof value === "number" && Number.isFinite(value);

/** A share of events, cut and not rounded: 100 % is said only of all. */
export function share(value) {
  if (!known(value)) return nothing;
  const digits = Math.floor(value * 100000 + 1e-6) / 1000;
  return `${digits.toFixed(3)} %`;
}

export function percent(value) {
  if (!known(value)) return nothing;
  return `${(value * 100).toFixed(Math.abs(value) < 10 ? 1 : 0)} %`;
}

/** An objective as it was written: 99.9, not 99.900. */
export function target(value) {
  return known(value) ? `${Number((value * 100).toFixed(6))} %` : nothing;
}

export function burn(value) {
  return known(value) ? value.toFixed(value < 100 ? 2 : 0) : nothing;
}

export function count(value) {
  if (!known(value)) return nothing;
  return value.toLocaleString(undefined, { maximumFractionDigits: 1 });
}

export function span(seconds) {
  if (!known(seconds)) return nothing;
  for (const [unit, name] of [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ]) {
    if (seconds < 2 * unit) continue;
    const many = seconds / unit;
    return `${many.toFixed(many < 10 ? 1 : 0)} ${name}`;
  }
  if (seconds > 0 && seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  return `${Math.round(seconds)} s`;
}

/** What is left of a budget: with corrections, where there are any. */
export function budgetLeft(slo) {
  return (slo.corrected || slo).error_budget_remaining;
}

/** How much there was and how much of it was bad, in the objective's unit. */
export function counted(slo) {
  const unit = slo.unit || "events";
  if (unit === "burn") return "of its parts";
  const [bad, total] = [slo.bad ?? slo.bad_events, slo.total ?? slo.events];
  return `${count(bad)} of ${count(total)}${unit === "events" ? "" : ` ${unit}`}`;
}

export const stateNames = {
  spent: "budget spent",
  burning: "burning too fast",
  no_data: "no data",
  ok: "within budget",
};

/** Worst first: what somebody should look at before the rest. */
export const states = Object.keys(stateNames);
