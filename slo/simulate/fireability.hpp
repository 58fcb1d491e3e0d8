#pragma once

#include <string>

#include "slo/rules/alert_condition.hpp"

namespace slo {

/// Whether an alert can do what it is there for.
struct fireability {
  std::string never;   ///< why it cannot fire, whatever fails; "" when it can
  std::string always;  ///< why it fires without any failure; "" when it does not
  /// Events a minute below which it cannot fire even when all of them fail: they are too few for
  /// its guard against single failures.
  double blind_below = 0;
};

/// `event_budget`: share of the events that must fail to burn at 1.
fireability fireability_of(const alert_condition& c, double event_budget);

}  // namespace slo
