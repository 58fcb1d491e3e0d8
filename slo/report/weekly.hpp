#pragma once

#include <optional>
#include <vector>

#include "slo/report/report.hpp"

/// Week over week, from the histories of a report. Pure.
namespace slo {

inline constexpr unix_millis week_millis = 7 * 24 * 60 * 60 * 1000LL;

/// One week of one objective.
struct week {
  tally used;
  std::optional<double> burn_rate;
  /// Share of the whole period's budget that a week at this burn rate spends; of periods shorter
  /// than a week, of as many of them as a week has.
  std::optional<double> budget_spent;
  double coverage = 0;
};

struct week_comparison {
  const objective_status* of = nullptr;         ///< not owned
  week now;                                     ///< the seven days before the report
  week before;                                  ///< and those before them
  std::vector<bad_period> worst;                ///< of this week, at most three
  std::vector<applied_correction> corrections;  ///< that touch this week; the numbers are without
};

/// Of every objective that has a history; in the report's order.
std::vector<week_comparison> compare_weeks(const report& r);

}  // namespace slo
