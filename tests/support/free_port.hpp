#pragma once

#include <cstdint>

namespace tests {

/// A port that nobody listens on at the moment; a moment later somebody may.
std::uint16_t free_port();

}  // namespace tests
