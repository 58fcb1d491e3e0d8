#include "slo/rules/rules.hpp"

#include <algorithm>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"
#include "slo/rules/delta_expression.hpp"

namespace slo {

namespace {

constexpr const char* total_delta = "slo:total:delta1m";
constexpr const char* bad_delta = "slo:bad:delta1m";
constexpr const char* events = "slo:events:sum";
constexpr const char* bad_events = "slo:bad_events:sum";
constexpr const char* error_ratio = "slo:error:ratio";
constexpr const char* burn_rate = "slo:burn_rate:ratio";
constexpr const char* coverage = "slo:coverage:ratio";
constexpr long hour = 60;

label_list identity(const objective& o) {
  return {{"slo_id", o.id}, {"slo_service", o.service}, {"slo_name", o.name}};
}

/// Collects the rules of one objective, which all carry its identity.
class group_builder {
 public:
  explicit group_builder(const objective& o) : o_(o) {}

  void record(const char* name, std::string expression, const std::string& window = {}) {
    rule r{rule::kind::record, name, std::move(expression), {}, identity(o_), {}};
    if (!window.empty()) r.labels.emplace_back("window", window);
    rules_.push_back(std::move(r));
  }
  void alert(const char* name, std::string expression, std::string hold, label_list labels,
             label_list annotations) {
    for (auto& label : identity(o_)) labels.push_back(std::move(label));
    annotations.emplace_back("runbook_url", std::string("alerts/runbooks/") + name + ".md");
    rules_.push_back({rule::kind::alert, name, std::move(expression), std::move(hold),
                      std::move(labels), std::move(annotations)});
  }
  std::vector<rule> take() && { return std::move(rules_); }

 private:
  const objective& o_;
  std::vector<rule> rules_;
};

/// What the total was in this minute when the part has no series: nothing of it happened.
std::string or_none(const std::string& delta, const objective& o) {
  return delta + "\nor sum(0 * " + recorded(total_delta, o) + ")";
}

void add_deltas(group_builder& group, const objective& o) {
  group.record(total_delta, minute_delta(o.counters->total));
  const auto part = or_none(minute_delta(o.counters->part), o);
  if (o.counters->part_is == event_kind::bad) {
    group.record(bad_delta, part);
  } else {
    group.record(bad_delta, "sum(" + recorded(total_delta, o) + ") - (\n" + part + "\n)");
  }
}

void add_minute_sums(group_builder& group, const objective& o, long window) {
  const auto label = span_label(window);
  const auto range = "[" + sample_range(window) + "]";
  group.record(events, "sum_over_time(" + recorded(total_delta, o) + range + ")", label);
  group.record(bad_events, "sum_over_time(" + recorded(bad_delta, o) + range + ")", label);
  group.record(
      coverage,
      "count_over_time(" + recorded(total_delta, o) + range + ") / " + std::to_string(window),
      label);
}

/// Whole hours, because a month of minutes is too many samples; until the first hour is complete,
/// what there is of it.
void add_hourly_sums(group_builder& group, const objective& o, long window) {
  const auto label = span_label(window);
  const auto sum_of_hours = [&](const char* metric) {
    const auto hourly = recorded(metric, o, "1h");
    return std::pair("sum_over_time(" + hourly + "[" + sample_range(window) + ":1h])", hourly);
  };
  for (const char* metric : {events, bad_events}) {
    const auto [hours, first] = sum_of_hours(metric);
    group.record(metric, hours + "\nor " + first, label);
  }
  const auto [hours, first] = sum_of_hours(coverage);
  group.record(coverage, "(" + hours + "\nor " + first + ") / " + std::to_string(window / hour),
               label);
}

void add_ratios(group_builder& group, const objective& o, long window) {
  const auto label = span_label(window);
  // No events, no ratio: 0/0 would be recorded as NaN and stay in every average over it.
  group.record(error_ratio,
               "clamp_min(" + recorded(bad_events, o, label) + " / (" + recorded(events, o, label) +
                   " > 0), 0)",
               label);
  group.record(burn_rate, recorded(error_ratio, o, label) + " / " + o.budget().to_string(), label);
}

void add_constants(group_builder& group, const objective& o) {
  group.record("slo:objective:ratio", "vector(" + o.target.to_string() + ")");
  group.record("slo:error_budget:ratio", "vector(" + o.budget().to_string() + ")");
  group.record("slo:period:days",
               "vector(" + decimal(1, 0).times(o.period.minutes, 24 * hour, 4).to_string() + ")");
}

std::string above(const objective& o, long window, const decimal& factor) {
  return "max without (window) (" + recorded(burn_rate, o, span_label(window)) + ") > " +
         factor.to_string();
}

/// Text of a person inside an annotation, which Prometheus expands as a template.
std::string literal(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto at = std::min(text.find("{{"), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    out += braces_template;
    text.remove_prefix(2);
  }
  return out;
}

/// Share of the budget, in percent, that burning at the factor spends within the long window.
std::string budget_spent_percent(const objective& o, const alert_window& w) {
  return w.factor.times(w.long_minutes * 100, o.period_minutes(), 1).to_string();
}

void add_burn_alert(group_builder& group, const objective& o, const alert_window& w) {
  const auto long_window = span_label(w.long_minutes);
  const auto short_window = span_label(w.short_minutes);
  group.alert(
      burn_alert_name,
      above(o, w.long_minutes, w.factor) + "\nand " + above(o, w.short_minutes, w.factor) +
          "\nand max without (window) (" + recorded(coverage, o, long_window) +
          ") >= " + least_coverage,
      {},
      {{"severity", to_label(w.level)},
       {"long_window", long_window},
       {"short_window", short_window}},
      {{"summary", literal(o.display_name) + " is spending its error budget too fast."},
       {"description",
        "Over " + long_window + " and " + short_window + " the error budget of " + o.id +
            " burns at more than " + w.factor.to_string() + " times the sustainable rate (over " +
            long_window + ": " + value_template + "). At that rate " + budget_spent_percent(o, w) +
            " % of the budget of " + o.period.label + " is spent within " + long_window + "."}});
}

void add_no_data_alert(group_builder& group, const objective& o) {
  group.alert(
      no_data_alert_name, "absent(" + recorded(total_delta, o) + ")",
      std::to_string(no_data_minutes) + "m", {{"severity", "warning"}},
      {{"summary", literal(o.display_name) + " has no data."},
       {"description",
        "No series of the counter that " + o.id + " is computed from has been scraped for " +
            std::to_string(no_data_minutes) + " minutes, so its alerts cannot fire."}});
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

rule_group rules_of(const objective& o) {
  group_builder group(o);
  const auto windows = recorded_windows(o.period_minutes());
  add_deltas(group, o);
  for (const long window : windows) {
    if (window <= longest_minute_window) {
      add_minute_sums(group, o, window);
    } else {
      add_hourly_sums(group, o, window);
    }
    add_ratios(group, o, window);
  }
  add_constants(group, o);
  group.record("slo:error_budget_remaining:ratio",
               "1 - max without (window) (" + recorded(burn_rate, o, o.period.label) + ")");
  for (const auto& window : alert_windows(o.period_minutes())) add_burn_alert(group, o, window);
  add_no_data_alert(group, o);
  return {"slo-" + o.id, "1m", std::move(group).take()};
}

}  // namespace slo
