#include "slo/model/windows.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slo {

namespace {

constexpr int hour = 60;
constexpr int day = 24 * hour;
constexpr int factor_digits = 4;

using catalogue = std::array<alert_window_row, 4>;

const catalogue& month_catalogue() {
  static const catalogue rows = {{
      {severity::page, decimal(2, 0), 1 * hour, 5},
      {severity::page, decimal(5, 0), 6 * hour, 30},
      {severity::ticket, decimal(10, 0), 1 * day, 2 * hour},
      {severity::ticket, decimal(10, 0), 3 * day, 6 * hour},
  }};
  return rows;
}

const catalogue& week_catalogue() {
  static const catalogue rows = {{
      {severity::page, decimal(8, 0), 1 * hour, 5},
      {severity::page, decimal(125, 1), 6 * hour, 30},
      {severity::ticket, decimal(20, 0), 1 * day, 2 * hour},
      {severity::ticket, decimal(42, 0), 3 * day, 6 * hour},
  }};
  return rows;
}

}  // namespace

const char* to_label(severity s) noexcept {
  return s == severity::page ? "critical" : "warning";
}

std::span<const alert_window_row> alert_catalogue(long period_minutes) {
  return period_minutes < 14L * day ? week_catalogue() : month_catalogue();
}

std::vector<alert_window> alert_windows(long period_minutes) {
  std::vector<alert_window> out;
  for (const auto& row : alert_catalogue(period_minutes)) {
    if (row.long_minutes >= period_minutes) continue;
    auto factor =
        row.budget_percent.percent().times(period_minutes, row.long_minutes, factor_digits);
    if (factor.to_double() < 1) factor = decimal(1, 0);
    out.push_back({row.level, factor, row.long_minutes, row.short_minutes});
  }
  return out;
}

std::vector<long> recorded_windows(long period_minutes) {
  std::set<long> windows{period_minutes};
  for (const auto& row : alert_catalogue(period_minutes)) {
    for (const long window : {row.long_minutes, row.short_minutes}) {
      if (window < period_minutes) windows.insert(window);
    }
  }
  return {windows.begin(), windows.end()};
}

}  // namespace slo
