#include "slo/rules/alert_plan.hpp"

#include "slo/format/openslo_fields.hpp"
#include "slo/rules/annotation_text.hpp"
#include "slo/rules/composite_rules.hpp"
#include "slo/rules/objective_windows.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

std::string burn_over(const objective& o, const std::string& window, const planned_alert& a) {
  return recorded(series::burn_rate, o, window) + " " + to_promql(a.op) + " " +
         a.threshold.to_string();
}

std::string window_label(const objective& o, const planned_alert& a) {
  return a.over_period() ? o.period.label : span_label(a.windows.front());
}

/// Enough bad events within the longest window, counted where they can be: a single failure of a
/// quiet service is no trend.
std::string enough_bad(const objective& o, const planned_alert& a, int least) {
  const auto bound = " >= " + std::to_string(least);
  const auto window = window_label(o, a);
  if (o.composite()) {
    const auto bad =
        std::string(series::bad_events) + "{" + members_matcher(o) + ",window=\"" + window + "\"}";
    return "and on (" + joined(o.grouping) + ") sum by (" + joined(o.grouping) + ") (" + bad + ")" +
           bound;
  }
  if (!o.slices) {
    return "and ignoring (window) " + recorded(series::bad_events, o, window) + bound;
  }
  // Slices are counted there; the bad events behind them are, minute by minute.
  return "and ignoring (window) sum_over_time(" + recorded(series::bad_delta, o) + "[" +
         sample_range(a.windows.front()) + "])" + bound;
}

planned_alert burn_alert(const objective& o, const alert_window& w, const rule_options& options) {
  const auto long_window = span_label(w.long_minutes);
  const auto short_window = span_label(w.short_minutes);
  planned_alert out{
      burn_alert_name, comparison::gt, w.factor, {w.long_minutes, w.short_minutes}, 0, {}, {}};
  out.labels = {{"severity", to_label(w.level)},
                {"long_window", long_window},
                {"short_window", short_window}};
  out.annotations = annotations_of(
      o, burn_alert_name, " is spending its error budget too fast.",
      "Over " + long_window + " and " + short_window + " the error budget of " + o.id +
          " burns at more than " + w.factor.to_string() + " times the sustainable rate (over " +
          long_window + ": " + value_template + "). At that rate " +
          w.factor.times(w.long_minutes * 100, o.period_minutes(), 1).to_string() +
          " % of the budget of " + o.period.label + " is spent within " + long_window + ".",
      options);
  return out;
}

std::string names_of(const std::vector<notification_target>& targets) {
  std::string out;
  for (const auto& target : targets) out += (out.empty() ? "" : ",") + target.name;
  return out;
}

label_list policy_labels(const alert_policy& policy) {
  label_list out{{"severity", policy.severity}, {"policy", policy.name}};
  if (!policy.targets.empty()) out.emplace_back("notify", names_of(policy.targets));
  out.emplace_back("notify_resolved", policy.when_resolved ? "true" : "false");
  return out;
}

const char* words(comparison op) {
  switch (op) {
    case comparison::gt: return "more than";
    case comparison::gte: return "at least";
    case comparison::lt: return "less than";
    case comparison::lte: return "at most";
  }
  return "";
}

planned_alert policy_alert(const objective& o, const alert_policy& policy,
                           const rule_options& options) {
  const long lookback = lookback_of(o, policy);
  const auto window = span_label(lookback);
  planned_alert out{
      policy_alert_name, policy.op, policy.threshold, {lookback}, policy.after_minutes, {}, {}};
  out.labels = policy_labels(policy);
  out.labels.emplace_back("window", window);
  out.annotations = annotations_of(
      o, policy_alert_name,
      " meets the condition of alert policy " + literal_text(policy.name) + ".",
      "Over " + window + " the error budget of " + o.id + " burns at " + words(policy.op) + " " +
          policy.threshold.to_string() + " times the sustainable rate: " + value_template + ".",
      options);
  return out;
}

/// The budget is spent when the burn rate over the period has reached 1.
planned_alert exhausted_alert(const objective& o, const rule_options& options) {
  planned_alert out{exhausted_alert_name, comparison::lte, decimal(), {}, 0, {}, {}};
  out.labels = {{"severity", "warning"}};
  out.annotations = annotations_of(o, exhausted_alert_name, " has spent its error budget.",
                                   "Nothing is left of the error budget that " + o.id +
                                       " has for " + o.period.label +
                                       ". Its objective is violated unless what follows is better.",
                                   options);
  return out;
}

}  // namespace

const char* presence_of(const objective& o) {
  return o.counters ? series::total_delta : series::minute_sources;
}

int bad_events_needed(const objective& o, const planned_alert& a, const rule_options& options) {
  if (options.least_bad_events <= 1 || is_approximate(o)) return 0;
  if (a.over_period()) return o.slices ? 0 : options.least_bad_events;
  if (!a.on_high()) return 0;
  const bool counted = !o.slices || a.windows.front() <= longest_minute_window;
  return counted ? options.least_bad_events : 0;
}

std::vector<planned_alert> plan_alerts(const objective& o, const rule_options& options) {
  std::vector<planned_alert> out;
  const bool whole = o.part_of.empty();
  if (whole) {
    for (const auto& w : alert_windows_of(o)) out.push_back(burn_alert(o, w, options));
  }
  for (const auto& policy : o.policies) {
    if (policy.when_breaching) out.push_back(policy_alert(o, policy, options));
  }
  if (whole) out.push_back(exhausted_alert(o, options));
  return out;
}

rule to_rule(const objective& o, const planned_alert& a, const rule_options& options) {
  rule out{rule::kind::alert, a.name, {}, {}, a.labels, a.annotations};
  if (a.hold_minutes > 0) out.hold = span_label(a.hold_minutes);
  std::string all;
  if (a.over_period()) {
    all = recorded(series::remaining, o) + " " + to_promql(a.op) + " " + a.threshold.to_string();
  }
  for (const long window : a.windows) {
    all += (all.empty() ? "" : "\n  and ignoring (window) ") + burn_over(o, span_label(window), a);
  }
  all += "\n  and ignoring (window) " + recorded(series::coverage, o, window_label(o, a)) +
         " >= " + least_coverage;
  if (const int least = bad_events_needed(o, a, options)) {
    all += "\n  " + enough_bad(o, a, least);
  }
  // The labels of an alert say which windows; the series' own one would be the longest's.
  out.expression = "max without (window) (\n  " + all + "\n)";
  return out;
}

std::vector<rule> no_data_alerts(const objective& o, const rule_options& options) {
  const auto now =
      o.composite() ? recorded(series::burn_rate, o, "5m") : recorded(presence_of(o), o);
  std::string expression = "absent(" + now + ")";
  if (o.composite()) expression = "max without (window) (" + expression + ")";
  if (!o.grouping.empty()) {
    // One of the groups that had data within the hour has none.
    expression += "\nor (max without (window) (" + recorded(series::coverage, o, "1h") +
                  ") unless max without (window) (" + now + "))";
  }
  const auto annotations = annotations_of(
      o, no_data_alert_name, " has no data.",
      o.composite()
          ? "A member of " + o.id + " has had no data for " + std::to_string(no_data_minutes) +
                " minutes, so its alerts cannot fire."
          : "No series of the counter that " + o.id + " is computed from has been scraped for " +
                std::to_string(no_data_minutes) + " minutes, so its alerts cannot fire.",
      options);
  const auto hold = std::to_string(no_data_minutes) + "m";
  std::vector<rule> out{{rule::kind::alert,
                         no_data_alert_name,
                         expression,
                         hold,
                         {{"severity", "warning"}},
                         annotations}};
  for (const auto& policy : o.policies) {
    if (!policy.when_no_data) continue;
    out.push_back({rule::kind::alert, no_data_alert_name, expression, hold, policy_labels(policy),
                   annotations});
  }
  return out;
}

}  // namespace slo
