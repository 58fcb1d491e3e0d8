#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config_types.hpp"

namespace probe {

/// `host`, `host:port`, `[::1]` or `[::1]:port`, with `usual_port` where none is written; nullopt
/// when it is none of these.
std::optional<core::address> server_address(std::string_view text, std::uint16_t usual_port);

}  // namespace probe
