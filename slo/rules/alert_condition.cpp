#include "slo/rules/alert_condition.hpp"

#include "slo/model/windows.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

namespace {

alert_condition derived(const alert_window& w) {
  alert_condition c;
  c.name = burn_alert_name;
  c.severity = to_label(w.level);
  c.threshold = w.factor;
  c.long_minutes = w.long_minutes;
  c.short_minutes = w.short_minutes;
  c.least_coverage = decimal::parse(least_coverage)->to_double();
  return c;
}

alert_condition written(const alert_policy& policy) {
  alert_condition c;
  c.name = c.policy = policy.name;
  c.severity = policy.severity;
  c.op = policy.op;
  c.threshold = policy.threshold;
  c.long_minutes = policy.lookback_minutes;
  c.hold_minutes = policy.after_minutes;
  c.least_coverage = decimal::parse(least_coverage)->to_double();
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
  std::vector<alert_condition> out;
  for (const auto& window : alert_windows(o.period_minutes())) out.push_back(derived(window));
  for (const auto& policy : o.policies) {
    if (policy.when_breaching) out.push_back(written(policy));
  }
  return out;
}

}  // namespace slo
