#pragma once

#include <cstdint>
#include <string>

namespace probe {

/// `2026-11-21T03:29:00.123456Z`, from nanoseconds since the Unix epoch.
std::string rfc3339(std::uint64_t unix_nanos);

}  // namespace probe
