#include "probe/checks/server_address.hpp"

#include <string>

namespace probe {

std::optional<core::address> server_address(std::string_view text,
                                            std::optional<std::uint16_t> usual_port) {
  core::address out;
  if (!text.empty() && text.front() != ':' && core::parse_address(text, out)) return out;
  const bool no_port = text.find(':') == std::string_view::npos || text.ends_with(']');
  if (text.empty() || !no_port || !usual_port) return std::nullopt;
  const std::string with_port = std::string(text) + ':' + std::to_string(*usual_port);
  if (!core::parse_address(with_port, out)) return std::nullopt;
  return out;
}

}  // namespace probe
