#pragma once

#include <optional>

namespace slo {

/// A sudden, steady failure of even traffic, for which detection has a closed form. What the
/// simulation must agree with where it applies, and what a drill predicts.
struct steady_failure {
  double error = 1;    ///< share of events that fail from now on
  double budget = 0;   ///< share that may fail
  double history = 0;  ///< minutes of clean traffic before it
};

/// Minutes until the burn rate over a window of that length reaches the factor: F·b·L/E with a
/// window that was full before, F·b·H/(E − F·b) with less history; nullopt: never.
std::optional<double> minutes_to_detection(const steady_failure& failure, double factor,
                                           double window_minutes);

/// Minutes until the burn rate over a window falls to the factor again after the failure ended,
/// when all of the window had failed: S·(1 − F·b/E).
double minutes_to_resolution(const steady_failure& failure, double factor, double window_minutes);

/// Share of the period's budget that is spent at detection from a full window: F·L/period.
double budget_at_detection(double factor, double window_minutes, double period_minutes);

}  // namespace slo
