#pragma once

#include <cstdint>
#include <string>

namespace sidecar {

/// What an upstream is found by: the SRV records of a name, or the addresses of a host.
struct service_name {
  std::string host;
  std::uint16_t port = 0;
  bool srv = false;  ///< the records say the port

  std::string to_string() const { return srv ? host : host + ":" + std::to_string(port); }
};

}  // namespace sidecar
