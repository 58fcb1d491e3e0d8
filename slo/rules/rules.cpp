#include "slo/rules/rules.hpp"

#include <algorithm>
#include <set>

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/alert_plan.hpp"
#include "slo/rules/calendar_expression.hpp"
#include "slo/rules/composite_rules.hpp"
#include "slo/rules/delta_expression.hpp"
#include "slo/rules/objective_windows.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/sample_rules.hpp"
#include "slo/rules/series_names.hpp"
#include "slo/rules/slice_rules.hpp"
#include "slo/rules/window_rules.hpp"

namespace slo {

namespace {

constexpr long hour = 60;

/// `sum by (…)(what)`, with the objective's grouping.
std::string summed(const rule_builder& rules, const std::string& what) {
  return rules.aggregate("sum") + "(" + what + ")";
}

void add_deltas(rule_builder& rules) {
  const auto& o = rules.of();
  const auto total = recorded(series::total_delta, o);
  rules.record(pace::prompt, series::total_delta,
               rules.aggregate("sum") + minute_delta(o.counters->total));
  // When the part has no series while the total has, nothing of it happened.
  const auto part = rules.aggregate("sum") + minute_delta(o.counters->part) + "\nor " +
                    summed(rules, "0 * " + total);
  if (o.counters->part_is == event_kind::bad) {
    rules.record(pace::prompt, series::bad_delta, part);
  } else {
    rules.record(pace::prompt, series::bad_delta, summed(rules, total) + " - (\n" + part + "\n)");
  }
}

/// What an objective's windows are computed from; records it.
window_sources add_base(rule_builder& rules) {
  const auto& o = rules.of();
  window_sources out;
  if (o.counters) {
    add_deltas(rules);
    out = {series::total_delta, series::bad_delta, nullptr, series::total_delta};
  } else {
    add_samples(rules);
    out = {nullptr, nullptr, series::minute_error, series::minute_sources};
  }
  if (!o.slices) return out;
  add_slices(rules);
  return {series::total_slices, series::bad_slices, nullptr, out.coverage};
}

void add_constants(rule_builder& rules) {
  const auto& o = rules.of();
  const auto constant = [](const decimal& value) { return "vector(" + value.to_string() + ")"; };
  if (!o.composite()) {
    rules.record(pace::relaxed, "slo:objective:ratio", constant(o.target));
    rules.record(pace::relaxed, "slo:error_budget:ratio", constant(o.budget()));
  }
  rules.record(pace::relaxed, "slo:period:days",
               constant(decimal(1, 0).times(o.period.minutes, 24 * hour, 4)));
}

void add_alerts(rule_builder& rules, const rule_options& options) {
  const auto& o = rules.of();
  for (const auto& alert : plan_alerts(o, options)) {
    const auto p = alert.over_period() ? pace::relaxed : pace_of(alert.windows.front());
    rules.alert(p, to_rule(o, alert, options));
  }
  for (auto& alert : no_data_alerts(o, options)) rules.alert(pace::prompt, std::move(alert));
}

void add_objective(const objective& o, std::vector<long> windows, const rule_options& options,
                   paced_rules& into) {
  rule_builder rules(o, std::move(windows), into);
  if (o.composite()) {
    add_composite(rules);
  } else {
    add_current_period(rules);
    add_windows(rules, add_base(rules));
  }
  add_constants(rules);
  rules.record(pace_of(o.period_minutes()), series::remaining,
               "1 - max without (window) (" + recorded(series::burn_rate, o, o.period.label) + ")");
  add_alerts(rules, options);
}

/// Members record whatever windows their composite adds up.
std::vector<long> windows_of(const objective& o, const slo_objectives& all) {
  const auto own = recorded_windows_of(o);
  std::set<long> out(own.begin(), own.end());
  for (const auto* other : all) {
    if (!other->composite() || (o.part_of != other->id && !o.composite())) continue;
    const auto wanted = recorded_windows_of(*other);
    out.insert(wanted.begin(), wanted.end());
  }
  return {out.begin(), out.end()};
}

/// Bad events cannot be counted in a composite with a member that counts none.
rule_options options_of(const objective& o, const slo_objectives& all, rule_options options) {
  if (!o.composite()) return options;
  for (const auto* other : all) {
    if (other != &o && is_approximate(*other)) options.least_bad_events = 0;
  }
  return options;
}

std::string comment_of(const slo_objectives& all) {
  std::string out;
  for (const auto* o : all) {
    if (!is_approximate(*o)) continue;
    out += (out.empty() ? "" : "\n") + o->id + " is " + approximation_note(*o) + ".";
  }
  return out;
}

void append_groups(const std::string& id, const slo_objectives& all, const rule_options& options,
                   std::vector<rule_group>& out) {
  paced_rules rules;
  for (const auto* o : all)
    add_objective(*o, windows_of(*o, all), options_of(*o, all, options), rules);
  out.push_back({"slo-" + id, "1m", std::move(rules.prompt), comment_of(all)});
  out.push_back({"slo-" + id + "-long", "5m", std::move(rules.relaxed)});
}

}  // namespace

std::string sample_range(long window_minutes) {
  const long minutes = window_minutes - 1;
  std::string out;
  if (minutes >= 24 * hour) out += std::to_string(minutes / (24 * hour)) + "d";
  if (minutes % (24 * hour) >= hour) out += std::to_string(minutes % (24 * hour) / hour) + "h";
  if (minutes % hour > 0) out += std::to_string(minutes % hour) + "m";
  return out + "59s";
}

std::string recorded(const char* metric, const objective& o, const std::string& window) {
  label_list labels{{"slo_id", o.id}};
  if (!window.empty()) labels.emplace_back("window", window);
  return series_text(metric, labels);
}

std::vector<rule_group> rules_of(const slo_objectives& of_one_slo, const rule_options& options) {
  std::vector<rule_group> out;
  const bool together = std::any_of(of_one_slo.begin(), of_one_slo.end(),
                                    [](const auto* o) { return o->composite(); });
  if (together) {
    append_groups(of_one_slo.back()->name, of_one_slo, options, out);
  } else {
    for (const auto* o : of_one_slo) append_groups(o->id, {o}, options, out);
  }
  return out;
}

std::vector<rule_group> rules_of(const objective& o, const rule_options& options) {
  return rules_of(slo_objectives{&o}, options);
}

}  // namespace slo
