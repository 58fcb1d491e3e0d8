#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"

namespace probe {

/// What became of a message that was submitted; metric label values. Of several that fit the last
/// one counts.
enum class message_fate : std::uint8_t {
  fresh,       ///< it could be read in time
  late,        ///< it could be read, after `late_after`
  lost,        ///< it could not be read within `at_most`
  duplicated,  ///< it could be read more than once
  unknown,     ///< the reading failed before anything was known
};
inline constexpr std::size_t message_fate_count = 5;

constexpr const char* to_label(message_fate f) noexcept {
  constexpr std::array<const char*, message_fate_count> labels{"fresh", "late", "lost",
                                                               "duplicated", "unknown"};
  return labels[static_cast<std::size_t>(f)];
}

/// One message that was accepted, and its way.
struct stream_outcome {
  message_fate fate = message_fate::unknown;
  /// From the intended submission to the end of the first reading that found it; nothing when none
  /// did. At most `uncertain` too long.
  std::optional<core::duration> freshness;
  core::duration uncertain{};  ///< since the reading before had begun, which did not find it
  int readings = 0;
};

}  // namespace probe
