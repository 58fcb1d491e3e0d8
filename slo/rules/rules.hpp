#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/model/selector.hpp"

/// From an objective to recording and alerting rules. Pure; names and labels of what is recorded
/// are contracts (docs/slo.md).
namespace slo {

/// A recording or an alerting rule, as a value.
struct rule {
  enum class kind { record, alert };

  kind is = kind::record;
  std::string name;  ///< of the series or the alert
  std::string expression;
  std::string hold;  ///< an alert's `for`; "" for none
  label_list labels;
  label_list annotations;
};

/// Rules that are evaluated one after the other at the same instant.
struct rule_group {
  std::string name;
  std::string interval;
  std::vector<rule> rules;
};

inline constexpr const char* burn_alert_name = "SLOErrorBudgetBurn";
inline constexpr const char* no_data_alert_name = "SLONoData";

/// Stands in annotations for the burn rate that made the alert fire, with one decimal.
inline constexpr const char* value_template = "{{ $value | printf \"%.1f\" }}";
/// Stands in annotations for two braces that are none of a template's.
inline constexpr const char* braces_template = "{{ \"{{\" }}";

/// Minutes without a single counter before `SLONoData` fires.
inline constexpr int no_data_minutes = 10;

/// Share of an alert's long window that must have data before the alert may fire: otherwise ten
/// clean minutes and a short outage would fire the page of an hour.
inline constexpr const char* least_coverage = "0.1";

/// All rules of one objective in one group, in the order of their dependencies: deltas of each
/// minute, sums over windows, ratios, burn rates, coverage, then the alerts.
rule_group rules_of(const objective& o);

/// The range of PromQL that holds exactly the minute samples of a window, whether the evaluating
/// Prometheus includes a range's left end (2.x) or not (3.x): a second less than the window.
std::string sample_range(long window_minutes);

/// The selector of a recorded series of this objective, with its window when one is given.
std::string recorded(const char* metric, const objective& o, const std::string& window = {});

}  // namespace slo
