#include "slo/rules/objective_windows.hpp"

#include <set>

#include "slo/rules/calendar_expression.hpp"

namespace slo {

namespace {

constexpr long hour = 60;

int whole_slices(const objective& o, long window) {
  if (!o.slices) return static_cast<int>(window);
  const long slice = o.slices->minutes;
  const long up = (window + slice - 1) / slice * slice;
  // Beyond what minutes are summed to, a slice less instead of one more.
  return static_cast<int>(up > longest_minute_window && up > window ? up - slice : up);
}

}  // namespace

std::vector<alert_window> alert_windows_of(const objective& o) {
  auto windows = alert_windows(o.period_minutes());
  if (!o.slices) return windows;
  std::erase_if(windows, [&](const auto& w) { return w.long_minutes < o.slices->minutes; });
  for (auto& w : windows) {
    w.long_minutes = whole_slices(o, w.long_minutes);
    w.short_minutes = whole_slices(o, w.short_minutes);
  }
  return windows;
}

long lookback_of(const objective& o, const alert_policy& policy) {
  return whole_slices(o, policy.lookback_minutes);
}

std::vector<long> recorded_windows_of(const objective& o) {
  std::set<long> windows;
  for (const auto& w : alert_windows_of(o)) windows.insert({w.long_minutes, w.short_minutes});
  for (const auto& policy : o.policies) windows.insert(lookback_of(o, policy));
  windows.insert(hour);
  if (o.period.rolling()) {
    windows.insert(o.period_minutes());
  } else if (const auto step = calendar_step(o.period)) {
    windows.insert(*step);
  }
  return {windows.begin(), windows.end()};
}

}  // namespace slo
