#pragma once

#include <cstdint>

namespace probe {

/// Raises the process' limit of open files to what it may have, and gives how many runs at a time
/// leave enough of them for everything else. To be called once, at start-up.
std::uint64_t allow_many_runs() noexcept;

}  // namespace probe
