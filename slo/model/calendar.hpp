#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slo/model/period.hpp"

/// Calendars and time zones. Everything here is computed from tables of this program (IANA tzdata,
/// 2000 to 2037), never from the host's. Instants are Unix seconds. Pure; any thread.
namespace slo {

using unix_seconds = std::int64_t;

/// The years that are known. Before and after them the nearest known offset holds.
inline constexpr int first_zone_year = 2000;
inline constexpr int last_zone_year = 2037;

/// A change of a zone's offset from UTC.
struct offset_change {
  unix_seconds at = 0;
  int offset_minutes = 0;  ///< east of UTC, from then on

  friend bool operator==(const offset_change&, const offset_change&) = default;
};

struct zone_data;

/// A time zone by its IANA name, links included.
class time_zone {
 public:
  std::string_view name() const noexcept;
  /// East of UTC.
  int offset_minutes(unix_seconds at) const noexcept;
  /// The changes within (from, to], in order.
  std::vector<offset_change> changes(unix_seconds from, unix_seconds to) const;
  /// Whether it ever was at an offset that is no whole hour: hourly sums are too coarse for it.
  bool whole_hours() const noexcept;

 private:
  friend std::optional<time_zone> find_time_zone(std::string_view name);
  explicit time_zone(const zone_data& data) : data_(&data) {}
  const zone_data* data_;
};

std::optional<time_zone> find_time_zone(std::string_view name);
/// Of the tables: "2025b".
std::string_view tzdata_version() noexcept;
/// All names, sorted.
std::vector<std::string_view> time_zone_names();

/// A local date and time of day.
struct local_time {
  int year = 0;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;

  friend auto operator<=>(const local_time&, const local_time&) = default;
};

/// `YYYY-MM-DD HH:MM:SS` of a day that exists, of the known years.
std::optional<local_time> parse_local_time(std::string_view text);

/// When a local time is. Twice an hour repeats: the first one is meant. A local time that is
/// skipped is as far behind the gap's end as it was behind the gap's start.
unix_seconds to_unix(const local_time& local, const time_zone& zone);
local_time to_local(unix_seconds at, const time_zone& zone) noexcept;

/// One period of a calendar: [start, end).
struct period_bounds {
  unix_seconds start = 0;
  unix_seconds end = 0;
  /// For people: `2024`, `2024-Q1`, `2024-03`, `2024-03-10`; when several units make a period or
  /// it starts within one, its first day, with the time of day unless that is midnight.
  std::string label;

  friend bool operator==(const period_bounds&, const period_bounds&) = default;
};

/// The period that an instant falls into. Periods follow each other without gaps in both directions
/// from `start`: the n-th one starts n × count units of local time later, at the same time of day.
/// A month that is too short for the start's day starts on its last one. The alignment's start and
/// zone are those of a valid SLO.
period_bounds bounds_at(const calendar_alignment& of, unix_seconds at);
/// The one after or before: bounds_at(of, b.end) and bounds_at(of, b.start - 1).
period_bounds next_period(const calendar_alignment& of, const period_bounds& b);
period_bounds previous_period(const calendar_alignment& of, const period_bounds& b);

/// The start of the time slice that an instant falls into. Slices are aligned to the epoch, or to
/// the start of the calendar's period when there is one (its last slice may be cut short).
unix_seconds slice_start(unix_seconds at, int slice_minutes,
                         const std::optional<calendar_alignment>& calendar);

}  // namespace slo
