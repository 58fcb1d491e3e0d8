#include "slo/gate/gate.hpp"

#include <algorithm>

#include "slo/gate/two_samples.hpp"
#include "slo/gate/words.hpp"

namespace slo {

namespace {

/// What one line asks, with its answer before the other lines are looked at.
struct question {
  gate_line line;
  levels shown;
};

struct all_evidence {
  const std::vector<objective>& objectives;
  const std::vector<evidence>& seen;
  const std::vector<evidence>& baselines;
  const gate_rules& rules;

  std::optional<std::size_t> find(const std::string& id) const {
    for (std::size_t i = 0; i < objectives.size(); ++i)
      if (objectives[i].id == id) return i;
    return std::nullopt;
  }
};

trial trial_of(const evidence& seen, double budget) {
  return {seen.counts.events, seen.counts.bad, budget};
}

void ask_alone(question& q, const gate_rules& rules) {
  const auto t = trial_of(q.line.seen, q.line.allowed);
  q.shown = levels_of(t, rules.method);
  q.line.interval = interval_of(t, rules.alpha, rules.method);
  q.line.events_to_pass = events_to_pass(t, rules.alpha, rules.method);
}

void ask_beside(question& q, const evidence& baseline, const gate_rules& rules) {
  const double budget = q.line.allowed;
  q.line.by = judged_by::baseline;
  q.line.baseline = baseline;
  q.line.allowed = rules.margin.value_or(budget);
  const two_samples t{trial_of(q.line.seen, budget), trial_of(baseline, budget), q.line.allowed};
  q.shown = levels_of(t, rules.method);
  q.line.interval = difference_of(t, rules.alpha, rules.method);
  q.line.events_to_pass = events_to_pass(t, rules.alpha, rules.method);
}

/// What a composite's members let nobody say; "" when they all have numbers.
std::string missing_of(const objective& o, const all_evidence& all) {
  if (!all.baselines.empty()) return "a composite is not compared with a baseline: its members are";
  for (const auto& member : o.members) {
    const auto at = all.find(member.id);
    if (!at) return "its member " + member.id + " is not among the objectives";
    if (auto why = obstacle(all.seen[*at]); !why.empty()) return member.id + ": " + why;
  }
  return {};
}

void ask_members(question& q, const all_evidence& all) {
  auto& line = q.line;
  line.by = judged_by::members;
  line.allowed = 1;
  line.interval = {0, 0};
  line.seen.problem = missing_of(line.what, all);
  std::vector<weighted_trial> parts;
  line.seen.coverage = 1;
  for (const auto& member : line.what.members) {
    const auto at = all.find(member.id);
    if (!at) return;
    const auto& seen = all.seen[*at];
    parts.push_back(
        {trial_of(seen, all.objectives[*at].budget().to_double()), member.weight.to_double()});
    line.seen.from = seen.from;
    line.seen.to = seen.to;
    line.seen.coverage = std::min(line.seen.coverage, seen.coverage);
  }
  q.shown = levels_of(parts, all.rules.method);
  line.interval = burn_of(parts, all.rules.alpha, all.rules.method);
}

question ask(std::size_t i, const all_evidence& all) {
  const auto& o = all.objectives[i];
  question q{{o, all.seen[i], {}, {}, 0, {}, {}, {}, {}, {}}, {}};
  if (auto why = uncountable(o); !why.empty()) {
    q.line.by = judged_by::nothing;
    q.line.seen.problem = std::move(why);
    q.line.allowed = o.budget().to_double();
    return q;
  }
  if (o.composite()) {
    ask_members(q, all);
    return q;
  }
  q.line.by = o.slices && o.slices->target ? judged_by::slices : judged_by::events;
  q.line.allowed = allowed_share(o);
  if (all.baselines.empty()) {
    ask_alone(q, all.rules);
  } else {
    ask_beside(q, all.baselines[i], all.rules);
  }
  return q;
}

outcome overall(const std::vector<gate_line>& lines) {
  const auto has = [&](outcome wanted) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const auto& line) { return line.decision == wanted; });
  };
  if (has(outcome::fail)) return outcome::fail;
  return lines.empty() || has(outcome::inconclusive) ? outcome::inconclusive : outcome::pass;
}

}  // namespace

const char* to_label(judged_by j) noexcept {
  switch (j) {
    case judged_by::events: return "events";
    case judged_by::slices: return "slices";
    case judged_by::members: return "members";
    case judged_by::baseline: return "baseline";
    case judged_by::nothing: return "nothing";
  }
  return "nothing";
}

double allowed_share(const objective& o) {
  const bool slice = o.slices && o.slices->target;
  return (slice ? o.slices->target->complement() : o.budget()).to_double();
}

std::string uncountable(const objective& o) {
  if (o.composite()) {
    return o.slices && o.slices->target
               ? "bad slices of its members are no sum of events: the gate "
                 "judges its members"
               : "";
  }
  if (!o.counters) {
    return std::string("there are no events to count: its SLI is ") +
           (std::holds_alternative<threshold_metric>(o.sli) ? "a threshold on a value"
            : std::holds_alternative<raw_metric>(o.sli)     ? "a ratio at an instant"
                                                            : "no pair of counters");
  }
  if (allowed_share(o) <= 0)
    return "a slice of time allows no bad event at all, which no number of events can show";
  return {};
}

int gate_result::exit_code() const noexcept {
  switch (overall) {
    case outcome::pass: return 0;
    case outcome::fail: return 1;
    case outcome::inconclusive: return 2;
  }
  return 2;
}

gate_result decide(const std::vector<objective>& objectives, const std::vector<evidence>& seen,
                   const gate_rules& rules, const std::vector<evidence>& baselines) {
  const all_evidence all{objectives, seen, baselines, rules};
  std::vector<question> questions;
  std::vector<levels> shown;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    questions.push_back(ask(i, all));
    shown.push_back(questions.back().shown);
  }
  const auto judged = judge(shown, rules.alpha);

  gate_result out;
  out.rules = rules;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto line = std::move(questions[i].line);
    line.decision = judged.each[i];
    if (line.decision == outcome::pass && !obstacle(line).empty())
      line.decision = outcome::inconclusive;
    line.reason = reason_for(line, shown[i], questions.size(), rules);
    out.from = i == 0 ? seen[i].from : std::min(out.from, seen[i].from);
    out.to = std::max(out.to, seen[i].to);
    out.lines.push_back(std::move(line));
  }
  out.evidence_says = out.overall = overall(out.lines);
  return out;
}

void apply_freeze(gate_result& to, freeze_state state) {
  to.overall = to.evidence_says;
  if (!state.override_reason && to.evidence_says != outcome::fail) {
    if (state.spent())
      to.overall = outcome::fail;
    else if (state.unknown())
      to.overall = outcome::inconclusive;
  }
  to.freeze = std::move(state);
}

}  // namespace slo
