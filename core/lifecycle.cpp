#include "core/lifecycle.hpp"

#include <boost/asio/as_tuple.hpp>
#include <csignal>

#include "core/log.hpp"
#include "core/worker.hpp"

namespace core {

lifecycle::lifecycle(worker& w, readiness& ready, drain_config config)
    : worker_(w), ready_(ready), config_(config), signals_(w.io.get_executor()) {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.add(SIGHUP);
  // A peer that closes while we write is an error of that write, nothing more.
  std::signal(SIGPIPE, SIG_IGN);
}

void lifecycle::on_drain(std::string name, std::function<task<>(deadline)> step) {
  steps_.emplace_back(std::move(name), std::move(step));
}

void lifecycle::run() {
  worker_.start("signals", signals());
  worker_.run();
}

task<> lifecycle::signals() {
  for (;;) {
    auto [error, signal] = co_await signals_.async_wait(asio::as_tuple(use_task));
    if (error) co_return;
    if (signal == SIGHUP) {
      if (reload_) reload_();
    } else if (!begun_) {
      worker_.log.info("draining", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
      begin();
    } else {
      worker_.log.warning("second signal: cutting the drain short");
      hurry_ = true;
    }
  }
}

void lifecycle::begin() {
  if (std::exchange(begun_, true)) return;
  ready_.start_draining();
  worker_.start("drain", drain());
}

task<> lifecycle::wait_until(deadline at) {
  while (!hurry_ && !at.passed(now())) {
    const deadline soon = deadline::in(std::chrono::milliseconds(50), now());
    co_await sleep_until(worker_, sooner(soon, at).at);
  }
}

task<> lifecycle::drain() {
  co_await wait_until(deadline::in(config_.delay, now()));
  const deadline until = hurry_ ? deadline{now()} : deadline::in(config_.grace, now());
  for (const auto& [name, step] : steps_) {
    try {
      co_await step(until);
    } catch (const std::exception& e) {
      worker_.log.error("drain step failed", {{"step", name}, {"error", e.what()}});
    }
  }
  worker_.log.flush();
  worker_.stop();
}

}  // namespace core
