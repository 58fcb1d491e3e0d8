#pragma once

#include <optional>
#include <string>

namespace slo {

/// A period that begins anew with the calendar, in a time zone's local time.
struct calendar_alignment {
  enum class unit { day, week, month, quarter, year };

  unit each = unit::month;
  int count = 1;          ///< so many units make a period
  std::string start;      ///< of a period, local: "2024-01-01 00:00:00"
  std::string time_zone;  ///< IANA name
};

/// The time that an objective is kept over.
struct period {
  std::string
      label;         ///< value of the label `window`, Prometheus spelling: "28d"; "1M" when aligned
  long minutes = 0;  ///< its length; of aligned ones the nominal one (month 30 d, year 365 d)
  std::optional<calendar_alignment> aligned;  ///< nullopt: it rolls

  bool rolling() const noexcept { return !aligned; }
};

}  // namespace slo
