#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/config_types.hpp"

namespace probe {

/// `host:port` or `[::1]:port`, and also `host` or `[::1]` where there is a usual port; nullopt
/// when it is none of these.
std::optional<core::address> server_address(std::string_view text,
                                            std::optional<std::uint16_t> usual_port);

}  // namespace probe
