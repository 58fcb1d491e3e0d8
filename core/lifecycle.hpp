#pragma once

#include <boost/asio/signal_set.hpp>
#include <functional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "core/readiness.hpp"
#include "core/task.hpp"

namespace core {

class worker;

struct drain_config {
  duration delay{};
  duration grace = std::chrono::seconds(10);

  static void describe(fields<drain_config>& f) {
    f.optional("delay", &drain_config::delay,
               "How long listeners go on accepting after SIGTERM, so that load balancers notice.")
        .range(duration{}, duration(std::chrono::minutes(10)));
    f.optional("grace", &drain_config::grace,
               "How long requests in flight may take after that, before they are cut off.")
        .range(duration{}, duration(std::chrono::hours(1)));
  }
};

/// The end of a program (design, contract 10): SIGTERM or SIGINT → readiness fails → listeners go
/// on for the delay → the drain steps run in their order, sharing the grace → the worker stops. A
/// second signal ends the delay, and a grace that has not begun. SIGHUP runs the reload handler.
class lifecycle {
 public:
  lifecycle(worker& w, readiness& ready, drain_config config);

  /// One step of the drain, told by when it must be done. Added in the order they run: traffic
  /// first, telemetry last.
  void on_drain(std::string name, std::function<task<>(deadline)> step);
  void on_reload(std::function<void()> reload) { reload_ = std::move(reload); }
  /// Begins the drain as SIGTERM would; for /quitquitquit.
  void begin();

  /// Runs the worker's loop until the drain is over.
  void run();

 private:
  task<> signals();
  task<> drain();
  task<> wait_until(deadline at);

  worker& worker_;
  readiness& ready_;
  drain_config config_;
  asio::basic_signal_set<executor> signals_;
  std::vector<std::pair<std::string, std::function<task<>(deadline)>>> steps_;
  std::function<void()> reload_;
  bool begun_ = false;
  bool hurry_ = false;
};

}  // namespace core
