#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The tables of time zones as generate.py writes them.
namespace slo {

/// One change of a zone's offset. Lists are shared, so both values are relative.
struct relative_change {
  std::uint32_t minute;   ///< Unix minutes, plus the zone's `shift`
  std::int16_t relative;  ///< the offset from then on, in minutes, less the zone's `first`
};

struct zone_data {
  std::string_view name;
  std::int16_t first;   ///< the offset at the start of the tables, in minutes
  std::int16_t shift;   ///< what the minutes of its changes are too late by
  std::uint16_t begin;  ///< its part of the changes
  std::uint16_t length;
};

/// Sorted by name.
std::span<const zone_data> zone_table() noexcept;
std::span<const relative_change> change_table() noexcept;

}  // namespace slo
