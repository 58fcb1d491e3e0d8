#include "slo/simulate/closed_form.hpp"

#include <algorithm>

namespace slo {

std::optional<double> minutes_to_detection(const steady_failure& failure, double factor,
                                           double window_minutes) {
  const double threshold = factor * failure.budget;
  if (failure.error <= threshold) return std::nullopt;
  const double full = threshold * window_minutes / failure.error;
  // The window is full by then, or the failure began with it: all there is has to be enough.
  if (failure.history + full >= window_minutes) return full;
  return threshold * failure.history / (failure.error - threshold);
}

double minutes_to_resolution(const steady_failure& failure, double factor, double window_minutes) {
  return std::max(0.0, window_minutes * (1 - factor * failure.budget / failure.error));
}

double budget_at_detection(double factor, double window_minutes, double period_minutes) {
  return factor * window_minutes / period_minutes;
}

}  // namespace slo
