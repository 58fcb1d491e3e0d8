#include "slo/rules/alert_condition.hpp"

#include <algorithm>

#include "slo/rules/alert_plan.hpp"
#include "slo/rules/rule_builder.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

namespace {

constexpr long relaxed_minutes = 5;  // the interval of the groups at that pace

std::string label_of(const planned_alert& a, const char* name) {
  const auto found = std::find_if(a.labels.begin(), a.labels.end(),
                                  [&](const auto& label) { return label.first == name; });
  return found == a.labels.end() ? std::string() : found->second;
}

alert_condition condition_of(const objective& o, const planned_alert& a,
                             const rule_options& options) {
  alert_condition c;
  c.name = a.name;
  c.severity = label_of(a, "severity");
  c.policy = label_of(a, "policy");
  c.op = a.op;
  c.threshold = a.threshold;
  c.over_period = a.over_period();
  if (c.over_period) {
    // What remains of the budget is 1 - burn rate: at most nothing is a burn rate of at least 1.
    c.op = comparison::gte;
    c.threshold = a.threshold.complement();
  }
  c.long_minutes = c.over_period ? o.period_minutes() : a.windows.front();
  if (a.windows.size() > 1) c.short_minutes = a.windows.back();
  c.hold_minutes = a.hold_minutes;
  const bool relaxed = c.over_period || pace_of(c.long_minutes) == pace::relaxed;
  c.every_minutes = relaxed ? relaxed_minutes : 1;
  c.least_coverage = decimal::parse(least_coverage)->to_double();
  c.least_bad_events = bad_events_needed(o, a, options);
  return c;
}

}  // namespace

bool exceeds(const alert_condition& c, double burn_rate) noexcept {
  const double threshold = c.threshold.to_double();
  switch (c.op) {
    case comparison::lte: return burn_rate <= threshold;
    case comparison::gte: return burn_rate >= threshold;
    case comparison::lt: return burn_rate < threshold;
    case comparison::gt: return burn_rate > threshold;
  }
  return false;
}

std::vector<alert_condition> alert_conditions(const objective& o) {
  const rule_options options;
  std::vector<alert_condition> out;
  for (const auto& planned : plan_alerts(o, options)) {
    out.push_back(condition_of(o, planned, options));
  }
  return out;
}

}  // namespace slo
