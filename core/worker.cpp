#include "core/worker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <string>

#include "core/log.hpp"
#include "core/resolver.hpp"

namespace core {

worker::worker(logger& l) : log(l), deadlines(now()), sockets(io), io(1) {
  sockets.open();
  ticker_ = std::make_unique<steady_timer>(io.get_executor());
  deadlines.on_link([](void* self) { static_cast<worker*>(self)->tick(); }, this);
}

worker::~worker() {
  // Timer and poller belong to `io`, but are members: what they have there goes first.
  deadlines.on_link(nullptr, nullptr);
  ticker_.reset();
  names_.reset();
  sockets.abandon();
}

resolver& worker::names() {
  if (!names_) names_ = std::make_unique<resolver>(*this, resolver_config{});
  return *names_;
}

void worker::start(const char* what, task<> work) {
  asio::co_spawn(io.get_executor(), std::move(work), [this, what](std::exception_ptr error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      log.error("task failed", {{"task", what}, {"error", e.what()}});
    }
  });
}

void worker::run() {
  auto guard = asio::make_work_guard(io);
  io.run();
}

void worker::stop() {
  io.stop();
}

void worker::tick() {
  if (ticking_) return;
  ticking_ = true;
  ticker_->expires_after(sweeper::tick);
  ticker_->async_wait([this](const error_code& error) {
    if (error) return;
    ticking_ = false;
    deadlines.advance(now());
    if (deadlines.active()) tick();
  });
}

task<> sleep_until(worker& w, instant at) {
  steady_timer timer(w.io.get_executor());
  timer.expires_at(at);
  co_await timer.async_wait(asio::as_tuple(use_task));
}

task<> sleep_for(worker& w, duration d) {
  return sleep_until(w, now() + d);
}

}  // namespace core
