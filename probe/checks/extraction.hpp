#pragma once

#include <optional>
#include <string>

#include "core/random_source.hpp"
#include "probe/checks/seen.hpp"
#include "probe/format/scenario.hpp"

namespace probe {

/// Longest value a variable may have; what is longer is no identifier.
inline constexpr std::size_t longest_variable = 4096;

/// The value that an extraction finds in an answer; nullopt when there is none, and `why` says what
/// is there instead. `random` is used for `pick: random`.
std::optional<std::string> extract(const extraction& from, const seen& answer,
                                   core::random_source& random, std::string& why);

}  // namespace probe
