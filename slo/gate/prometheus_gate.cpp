#include "slo/gate/prometheus_gate.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "slo/evidence/evidence_collector.hpp"

namespace slo {

namespace {

/// The least value of the series that name the objective; nullopt when there is none.
std::optional<double> recorded_budget(const std::vector<time_series>& recorded,
                                      const std::string& id) {
  std::optional<double> out;
  for (const auto& s : recorded) {
    if (s.label("slo_id") != id || s.samples.empty() || !std::isfinite(s.samples.back().value))
      continue;
    out = std::min(out.value_or(s.samples.back().value), s.samples.back().value);
  }
  return out;
}

constexpr std::size_t most_traces = 5;

/// A series without what tells its buckets and scraped targets apart.
std::string shown_name(const label_list& series) {
  std::string metric;
  label_list rest;
  for (const auto& [name, value] : series) {
    if (name == "__name__") {
      metric = value.ends_with("_bucket") ? value.substr(0, value.size() - 7) : value;
    } else if (name != "le" && name != "instance" && name != "job") {
      rest.emplace_back(name, value);
    }
  }
  return series_text(metric, rest);
}

bool countable(const objective& o) {
  return o.counters && !o.composite();
}

/// The events behind an objective, also of one that counts slices of them.
objective counted_events(objective o, const std::vector<label_matcher>& only) {
  o.slices.reset();
  o.part_of.clear();
  return restricted(std::move(o), only);
}

budget_state budget_of(const objective& o, const std::optional<double>& recorded,
                       const evidence* seen) {
  if (recorded) return {o.id, recorded, ""};
  if (!seen->problem.empty()) return {o.id, {}, seen->problem};
  const auto left = budget_left(o, *seen);
  return {o.id, left, left ? "" : "no data"};
}

}  // namespace

objective restricted(objective o, const std::vector<label_matcher>& only) {
  if (!o.counters) return o;
  for (auto* counter : {&o.counters->part, &o.counters->total})
    counter->matchers.insert(counter->matchers.end(), only.begin(), only.end());
  return o;
}

core::task<asked<std::vector<evidence>>> gate_evidence(prometheus_client& client,
                                                       const std::vector<objective>& objectives,
                                                       gate_window window) {
  std::vector<objective> counted;
  for (const auto& o : objectives)
    if (countable(o)) counted.push_back(counted_events(o, window.only));
  const collection wanted{false, window.to, window.to - window.from};
  auto found = co_await collect(client, counted, wanted);
  if (found.has_error()) co_return found.error();
  std::vector<evidence> out;
  auto next = found->begin();
  for (const auto& o : objectives) {
    if (countable(o)) {
      out.push_back(std::move(*next++));
      continue;
    }
    auto& seen = out.emplace_back();
    seen.from = window.from;
    seen.to = seen.newest = window.to;
  }
  co_return out;
}

std::vector<failure_kind> failures_shown(const objective& o, std::vector<exemplar> exemplars) {
  std::sort(exemplars.begin(), exemplars.end(),
            [](const exemplar& a, const exemplar& b) { return a.at > b.at; });
  std::map<std::string, failure_kind> by_series;
  for (const auto& e : exemplars) {
    if (!shows_failure(e, o)) continue;
    const auto name = shown_name(e.series);
    auto& kind = by_series[name];
    kind.what = name;
    if (kind.traces.size() < most_traces) kind.traces.push_back(e.trace_id);
  }
  std::vector<failure_kind> out;
  for (auto& [name, kind] : by_series) out.push_back(std::move(kind));
  return out;
}

core::task<> add_traces(prometheus_client& client, gate_result& into, gate_window window) {
  for (auto& line : into.lines) {
    const auto where = exemplar_selector(restricted(line.what, window.only));
    if (line.seen.counts.bad == 0 || !where) continue;
    auto found = co_await client.exemplars(*where, window.from, window.to);
    line.failures = failures_shown(line.what, std::move(found));
  }
}

core::task<asked<std::vector<budget_state>>> read_budgets(prometheus_client& client,
                                                          const std::vector<objective>& objectives,
                                                          unix_millis at) {
  auto recorded = co_await client.instant("slo:error_budget_remaining:ratio", at);
  if (recorded.has_error()) co_return recorded.error();
  std::vector<std::optional<double>> left;
  for (const auto& o : objectives) left.push_back(recorded_budget(*recorded, o.id));
  std::vector<evidence> counted;
  if (std::find(left.begin(), left.end(), std::nullopt) != left.end()) {
    const collection wanted{true, at, std::nullopt};
    auto seen = co_await collect(client, objectives, wanted);
    if (seen.has_error()) co_return seen.error();
    counted = std::move(*seen);
  }
  std::vector<budget_state> out;
  for (std::size_t i = 0; i < objectives.size(); ++i)
    out.push_back(budget_of(objectives[i], left[i], counted.empty() ? nullptr : &counted[i]));
  co_return out;
}

}  // namespace slo
