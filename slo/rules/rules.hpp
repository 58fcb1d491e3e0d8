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
  std::string comment{};  ///< for who reads the file; lines without `#`
};

/// What a person may choose about all rules.
struct rule_options {
  std::string runbooks = "alerts/runbooks/";  ///< stands before the alert's name in `runbook_url`
  /// An alert needs so many bad events in its longest window. At most so many false pages a month
  /// come of an objective that is exactly kept: docs/slo.md derives it.
  int least_bad_events = 5;
};

inline constexpr const char* burn_alert_name = "SLOErrorBudgetBurn";
inline constexpr const char* exhausted_alert_name = "SLOErrorBudgetExhausted";
inline constexpr const char* policy_alert_name = "SLOAlertPolicy";
inline constexpr const char* no_data_alert_name = "SLONoData";

/// Stands in annotations for the burn rate that made the alert fire, with one decimal.
inline constexpr const char* value_template = "{{ $value | printf \"%.1f\" }}";
/// Stands in annotations for two braces that are none of a template's.
inline constexpr const char* braces_template = "{{ \"{{\" }}";

/// Minutes without any data before `SLONoData` fires.
inline constexpr int no_data_minutes = 10;

/// Share of an alert's long window that must have data before the alert may fire: otherwise ten
/// clean minutes and a short outage would fire the page of an hour.
inline constexpr const char* least_coverage = "0.1";

/// Windows up to here are recorded every minute, and the alerts on them evaluated as often; longer
/// ones every five minutes.
inline constexpr long longest_prompt_window = 6 * 60;

/// The objectives of one SLO: one for each line of it, or the members of a composite and then the
/// composite itself.
using slo_objectives = std::vector<const objective*>;

/// The rules of one SLO. Each objective has two groups, `slo-ID` (every minute) and `slo-ID-long`
/// (every five), each in the order of its dependencies; the second reads what the first records. A
/// composite and its members share theirs. Only for objectives that `refused_for_rules` lets pass.
std::vector<rule_group> rules_of(const slo_objectives& of_one_slo,
                                 const rule_options& options = {});
std::vector<rule_group> rules_of(const objective& o, const rule_options& options = {});

/// The range of PromQL that holds exactly the minute samples of a window, whether the evaluating
/// Prometheus includes a range's left end (2.x) or not (3.x): a second less than the window.
std::string sample_range(long window_minutes);

/// The selector of a recorded series of this objective, with its window when one is given.
std::string recorded(const char* metric, const objective& o, const std::string& window = {});

}  // namespace slo
