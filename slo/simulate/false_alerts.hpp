#pragma once

#include <cstdint>
#include <vector>

#include "slo/rules/minute_history.hpp"

namespace slo {

/// Minutes of a month in which false alerts are counted.
inline constexpr long month_minutes = 30 * 24 * 60;

/// Errors at a steady rate that the objective allows, of events that arrive by chance.
struct steady_errors {
  double rate = 0;   ///< events a minute
  double error = 0;  ///< share of them that fails
  int months = 0;    ///< to simulate
};

/// What one alert did that should have been silent.
struct false_alerts {
  long times = 0;     ///< how often it began to fire
  double firing = 0;  ///< share of the time that it fired
};

/// Simulates these months, after as much history as the longest window holds, and counts. One
/// element for each condition. Pure; the same seed gives the same months.
std::vector<false_alerts> count_false_alerts(const steady_errors& what,
                                             const std::vector<alert_condition>& conditions,
                                             std::uint64_t seed, objective_history& history);

}  // namespace slo
