#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "api/redis/redis_connection.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/private_servers.hpp"
#include "tests/support/await.hpp"

namespace tests {

/// A durable Redis for each test, and connections to it.
class with_redis : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = private_redis::unavailable(); !why.empty()) GTEST_SKIP() << why;
    server.emplace();
    config = config_of(*server);
  }
  static api::redis_config config_of(const private_redis& server) {
    api::redis_config config;
    config.address = {"127.0.0.1", server.port()};
    config.password = core::secret(private_redis::password());
    return config;
  }
  api::redis_connection connection() { return {loop.worker(), config}; }
  /// What the server says to a command that somebody at a terminal gives.
  core::redis_reply command(std::vector<std::string> words) {
    auto reply = run(loop, terminal().run(std::move(words), soon()));
    return reply ? *reply
                 : core::redis_reply{core::redis_kind::error, reply.error().message(), 0, {}};
  }

  tests::loop loop;
  core::logger log{"test", core::log_level::error};
  std::optional<private_redis> server;
  api::redis_config config;

 private:
  api::redis_connection& terminal() {
    if (!terminal_) terminal_.emplace(loop.worker(), config);
    return *terminal_;
  }
  std::optional<api::redis_connection> terminal_;
};

}  // namespace tests
