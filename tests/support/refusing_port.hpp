#pragma once

#include "core/config_types.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace tests {

/// A port of loopback that refuses connections: taken, and nobody listens.
class refusing_port {
 public:
  explicit refusing_port(core::worker& w)
      : taken_(w.io.get_executor(), {core::asio::ip::address_v4::loopback(), 0}) {}
  core::address where() const { return {"127.0.0.1", taken_.local_endpoint().port()}; }

 private:
  core::tcp_socket taken_;
};

}  // namespace tests
