#pragma once

#include <string>

#include "tests/integration/proxied.hpp"

namespace tests {

/// A sidecar in front of an application that answers only while `door` is open, and tells in which
/// order requests came to it.
class drill : public proxied {
 public:
  drill() {
    auto answer = [this](const core::server_request& r) -> core::task<core::server_response> {
      seen += r.path;
      core::server_response out;
      out.body = "time:" + std::string(r.header("remora-timeout-ms").value_or("none"));
      const auto passed = co_await door.pass(soon());
      if (!passed) out.status = 500;
      co_return out;
    };
    config.inbound.push_back(inbound(app(answer)));
  }
  void TearDown() override {
    door.open = true;
    proxied::TearDown();
    wait_until([&] { return door.waiting == 0; });
  }

  gate door{loop.worker()};
  std::string seen;  ///< the paths that reached the application, in order
};

}  // namespace tests
