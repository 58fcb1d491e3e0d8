#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "slo/rules/minute_history.hpp"
#include "slo/simulate/scenario.hpp"

namespace slo {

/// What one alert did in one run of a scenario. Minutes count from the last one before the trouble.
struct alert_run {
  std::optional<long> fired;     ///< first minute that it fired at
  double budget_spent = 0;       ///< by then: share of the period's budget that the trouble cost
  std::optional<long> resolved;  ///< minute after the trouble's end from which on it was silent
  int times = 0;                 ///< how often it began to fire
};

/// One run of a scenario.
struct incident {
  std::vector<alert_run> alerts;  ///< one for each condition
  double budget_spent = 0;        ///< share of the period's budget that the trouble cost in all
};

/// Watching ends that long after the trouble: what still fires then has no `resolved`.
inline constexpr long longest_aftermath = 7 * 24 * 60;

/// Runs a scenario through a history, which is cleared first, and leaves it there. Pure; the same
/// seed gives the same run.
incident run_incident(const scenario& what, const std::vector<alert_condition>& conditions,
                      long period_minutes, std::uint64_t seed, objective_history& history);

/// What the runs of a scenario have in common; all in one order of size, by nearest rank.
struct alert_summary {
  int runs = 0;
  int fired = 0;                        ///< in so many of them
  int resolved = 0;                     ///< and was silent again after so many
  std::optional<long> median_minutes;   ///< to fire, of those that fired
  std::optional<long> slowest_minutes;  ///< 90 % of those that fired were this fast
  double median_budget = 0;             ///< spent by then
  std::optional<long> median_resolution;
  double mean_times = 0;  ///< how often it began to fire, a run
};

struct scenario_result {
  scenario what;
  std::vector<alert_summary> alerts;  ///< one for each condition
  double budget_spent = 0;            ///< median
};

/// Runs a scenario as often as it says.
scenario_result run_scenario(const scenario& what, const std::vector<alert_condition>& conditions,
                             long period_minutes, std::uint64_t seed, objective_history& history);

}  // namespace slo
