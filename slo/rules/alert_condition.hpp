#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slo/model/decimal.hpp"
#include "slo/model/objective.hpp"
#include "slo/model/sli.hpp"

namespace slo {

/// When an alert on an objective's burn rate fires: what its rule says, as data.
struct alert_condition {
  std::string name;      ///< of the alert, label `alertname`
  std::string severity;  ///< label `severity`
  std::string policy;    ///< that it is written in; "" when it is derived
  comparison op = comparison::gt;
  decimal threshold;         ///< of the burn rate
  long long_minutes = 0;     ///< the window that the burn rate is of
  bool over_period = false;  ///< that window is the period: what there is of it, with a calendar
  std::optional<long> short_minutes;  ///< a second window that must burn as fast
  long hold_minutes = 0;              ///< how long all of it must hold (`for`)
  long every_minutes = 1;             ///< how often the rule is evaluated
  double least_coverage = 0;          ///< share of the long window that must have data
  /// Failed events that the long window must hold: with little traffic a single one is a rate.
  std::int64_t least_bad_events = 0;
};

/// Whether a burn rate is beyond the condition's threshold.
bool exceeds(const alert_condition& c, double burn_rate) noexcept;

/// The alerts on an objective's burn rate: those derived from its period, shortest window first,
/// then those of its policies as written; none for a policy that does not alert on breaches.
std::vector<alert_condition> alert_conditions(const objective& o);

}  // namespace slo
