#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slo/evidence/time_series.hpp"

namespace slo {

/// Seconds since the epoch (`1700000000`, `1700000000.5`) or RFC 3339 (`2026-01-31T10:00:00Z`,
/// `…+02:00`); nullopt when it is neither.
std::optional<unix_millis> parse_time(std::string_view text);

/// RFC 3339 in UTC, whole seconds.
std::string format_time(unix_millis at);

/// `45 s`, `12 min`, `3.5 h`, `28 d`: for people.
std::string format_span(double seconds);

}  // namespace slo
