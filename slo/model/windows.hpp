#pragma once

#include <span>
#include <string>
#include <vector>

#include "slo/model/decimal.hpp"

/// Multi-window multi-burn-rate alerting (Site Reliability Workbook, chapter 5), as data.
namespace slo {

enum class severity { page, ticket };

/// `critical` for a page, `warning` for a ticket: the value of the label `severity`.
const char* to_label(severity s) noexcept;

/// One row of a catalogue: an alert when this share of the error budget is spent within `long_`
/// and it is still being spent within `short_`. Windows in minutes.
struct alert_window_row {
  severity level;
  decimal budget_percent;
  int long_minutes;
  int short_minutes;
};

/// The rows for an SLO's period: Google's table (2 % in 1 h, 5 % in 6 h, 10 % in 1 d and in 3 d),
/// and for periods under two weeks shares that grow as the windows do (8, 12.5, 20, 42 %), so that
/// the same burn rates page.
std::span<const alert_window_row> alert_catalogue(long period_minutes);

/// A row applied to a period.
struct alert_window {
  severity level;
  decimal factor;  ///< burn rate above which it fires: share * period / long window, at least 1
  int long_minutes;
  int short_minutes;
};

/// The alerts of an SLO with this period, shortest window first; rows whose long window does not
/// fit into the period are left out. A factor under 1 is raised to 1: an SLO that is on track to be
/// met never alerts.
std::vector<alert_window> alert_windows(long period_minutes);

/// Windows, in minutes and ascending, that are recorded for such an SLO: the catalogue's, and the
/// period itself.
std::vector<long> recorded_windows(long period_minutes);

/// The longest window that is summed from the deltas of each minute; longer ones are summed from
/// whole hours.
inline constexpr long longest_minute_window = 3 * 24 * 60;

}  // namespace slo
