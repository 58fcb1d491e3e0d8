#pragma once

#include <map>
#include <string>

#include "core/http_client.hpp"
#include "tests/integration/proxied.hpp"

namespace tests {

/// Clients of a sidecar that ask for `/things/1` again and again, until it is enough.
class load {
 public:
  explicit load(proxied& t) : t_(t) {}
  enum class connections { kept, anew };
  void start(int clients, connections how) {
    for (int i = 0; i < clients; ++i) t_.loop.worker().start("load", keep_asking(how));
  }
  /// Comes back when the last request was answered.
  void end() {
    enough_ = true;
    t_.wait_until([this] { return asking_ == 0; });
  }
  int answered = 0, failed = 0;
  std::map<std::string, int> answers;  ///< by body

 private:
  core::task<> keep_asking(connections how) {
    ++asking_;
    std::optional<core::http_client> client;
    while (!enough_) {
      if (!client || how == connections::anew)
        client.emplace(t_.loop.worker(), core::base_url{t_.tls != nullptr, t_.at(), ""},
                       core::exchange_limits{}, t_.tls);
      const std::string target = "/things/1";
      const auto answer = co_await client->get(target, soon());
      const bool good = answer && answer->status == 200;
      if (good) ++answers[answer->body];
      ++(good ? answered : failed);
    }
    --asking_;
  }

  proxied& t_;
  int asking_ = 0;
  bool enough_ = false;
};

}  // namespace tests
