#pragma once

#include "slo/rules/rule_builder.hpp"

/// What is recorded over windows, from what is recorded each minute (or at the end of each slice).
namespace slo {

/// Series that windows are computed from.
struct window_sources {
  const char* events = nullptr;      ///< summed; nullptr: there are no counts
  const char* bad_events = nullptr;  ///< summed
  const char* error = nullptr;       ///< averaged, where there are no counts
  const char* coverage = nullptr;    ///< one sample for each minute that has data
};

/// slo:events:sum, slo:bad_events:sum, slo:coverage:ratio, slo:error:ratio and slo:burn_rate:ratio
/// of all windows.
void add_windows(rule_builder& rules, const window_sources& from);

/// `sum_over_time(metric[W])` of one window: minutes up to three days, whole hours beyond.
std::string over_window(const objective& o, const char* function, const char* minutes,
                        const char* hours, long window);

}  // namespace slo
