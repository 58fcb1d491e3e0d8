#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

/// An alert on burn rates before it is spelled as a rule: what the rule and its test share.
struct planned_alert {
  std::string name;
  comparison op = comparison::gt;
  decimal threshold;  ///< of the burn rate
  /// Minutes; the burn rates of all of them must compare. The first is the longest: data, and bad
  /// events, are asked of it. Empty: the period.
  std::vector<long> windows;
  long hold_minutes = 0;
  label_list labels;
  label_list annotations;

  bool over_period() const noexcept { return windows.empty(); }
  /// Whether it is about too high a burn rate, as all but some policies are.
  bool on_high() const noexcept { return op == comparison::gt || op == comparison::gte; }
};

/// All alerts on burn rates of an objective, in a stable order: the catalogue's, the policies', the
/// spent budget's. A composite's members have only those of their own policies.
std::vector<planned_alert> plan_alerts(const objective& o, const rule_options& options);

/// The alerts about missing data: the objective's own one and those of its policies.
std::vector<rule> no_data_alerts(const objective& o, const rule_options& options);

/// The rule of a planned alert, without the identity of its objective.
rule to_rule(const objective& o, const planned_alert& alert, const rule_options& options);

/// How many bad events its longest window must hold; 0 when they are not counted there.
int bad_events_needed(const objective& o, const planned_alert& alert, const rule_options& options);

/// The series of each minute whose absence means that there is no data. Not of a composite.
const char* presence_of(const objective& o);

}  // namespace slo
