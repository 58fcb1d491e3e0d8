#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slo {

/// From then on a zone's local time is this far ahead of UTC.
struct zone_change {
  std::int64_t from = 0;  ///< Unix seconds
  long offset_seconds = 0;
};

/// The offsets of an IANA time zone from 2024 to the end of 2037, the first one from any time
/// before. Nullopt: there is no such zone.
std::optional<std::vector<zone_change>> zone_changes(const std::string& time_zone);

}  // namespace slo
