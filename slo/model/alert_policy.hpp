#pragma once

#include <string>
#include <vector>

#include "slo/model/decimal.hpp"
#include "slo/model/sli.hpp"

namespace slo {

/// Who is told (OpenSLO v1, AlertNotificationTarget).
struct notification_target {
  std::string name;
  std::string target;  ///< such as email, slack, pagerduty
  std::string description;
};

/// An alert as the SLO's owner wrote it (OpenSLO v1, AlertPolicy), beside those that are derived.
struct alert_policy {
  std::string name;
  std::string display_name;
  std::string description;
  bool when_no_data = false;
  bool when_resolved = false;  ///< routing: a notification of the resolution is wanted
  bool when_breaching = true;
  std::string severity;
  comparison op = comparison::gt;
  decimal threshold;          ///< of the burn rate
  long lookback_minutes = 0;  ///< the burn rate's window
  long after_minutes = 0;     ///< how long it must hold
  std::vector<notification_target> targets;
};

}  // namespace slo
