#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"

namespace probe {

/// `2026-11-21T03:29:00.123456Z`, from nanoseconds since the Unix epoch.
std::string rfc3339(std::uint64_t unix_nanos);

/// `12.3ms`, `1.25s`: three digits, for people.
std::string readable(core::duration d);

}  // namespace probe
