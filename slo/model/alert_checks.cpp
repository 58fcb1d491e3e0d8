#include "slo/model/alert_checks.hpp"

#include <cmath>

#include "slo/format/openslo_fields.hpp"
#include "slo/model/windows.hpp"

namespace slo {

namespace {

/// Four digits, as factors have.
std::string rounded(double value) {
  return decimal(std::llround(value * 10000), 4).to_string();
}

std::string target_above(const decimal& factor) {
  return decimal(1, 0)
      .times(10000, static_cast<std::int64_t>(factor.to_double() * 10000), 4)
      .complement()
      .to_string();
}

bool can_fire(const alert_policy& policy, double highest) {
  const double threshold = policy.threshold.to_double();
  switch (policy.op) {
    case comparison::gt: return threshold < highest;
    case comparison::gte: return threshold <= highest;
    case comparison::lt: return threshold > 0;
    case comparison::lte: return true;
  }
  return true;
}

void check_policy(const objective& o, double highest, const resolved_policy& policy, reading& how) {
  const auto& p = policy.value;
  if (p.lookback_minutes > o.period_minutes()) {
    how.problem(policy.lookback_at,
                "the alert policy " + p.name + " looks back over " +
                    span_label(p.lookback_minutes) + ", which is longer than the period of " + o.id,
                "at most " + span_label(o.period_minutes()));
  }
  if (o.period.aligned && o.period.aligned->each == calendar_alignment::unit::day &&
      p.lookback_minutes == o.period_minutes()) {
    how.problem(policy.lookback_at,
                "the alert policy " + p.name + " looks back over " +
                    span_label(p.lookback_minutes) + ", and so is the calendar period of " + o.id +
                    " called: the two could not be told apart",
                "a shorter window");
  }
  if (!p.when_breaching || can_fire(p, highest)) return;
  how.problem(
      policy.at,
      "the alert policy " + p.name + " could never fire for " + o.id + ": its burn rate is never " +
          to_promql(p.op) + " " + p.threshold.to_string(),
      p.op == comparison::lt ? "a threshold above 0" : "a threshold below " + rounded(highest));
}

}  // namespace

void check_derived_alerts(const objective& o, double highest, const core::position& at,
                          reading& how) {
  for (const auto& window : alert_windows(o.period_minutes())) {
    if (window.factor.to_double() < highest * (1 - 1e-12)) continue;
    const bool sum = o.target == decimal();
    how.problem(
        at,
        "the alert on " + span_label(window.long_minutes) + " could never fire: " +
            (sum ? "the burn rate is at most " + rounded(highest) + ", and never above " +
                       window.factor.to_string()
                 : window.factor.to_string() + " times the budget of " + o.budget().to_string() +
                       " is more than all events"),
        sum ? "higher targets or weights" : "a target above " + target_above(window.factor));
    return;
  }
}

void check_policies(const objective& o, double highest,
                    const std::vector<resolved_policy>& policies, reading& how) {
  for (const auto& policy : policies) check_policy(o, highest, policy, how);
}

}  // namespace slo
