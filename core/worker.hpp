#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "core/buffer_pool.hpp"
#include "core/clock.hpp"
#include "core/metrics_shard.hpp"
#include "core/poller.hpp"
#include "core/random_source.hpp"
#include "core/sweeper.hpp"
#include "core/task.hpp"

namespace core {

class logger;
class resolver;

using steady_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

/// What one thread owns. Everything that runs on a worker's `io` may use its members without
/// locks; nothing else may, but for `metrics` (read by any thread) and `post`.
class worker {
 public:
  explicit worker(logger& log);
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  executor get_executor() noexcept { return io.get_executor(); }

  /// This worker's own resolver with the servers of /etc/resolv.conf, made when first asked for.
  resolver& names();

  /// Runs a coroutine on this worker; one that ends with an exception is logged with `what`.
  void start(const char* what, task<> work);

  /// Runs the loop on the calling thread until `stop`.
  void run();
  /// Ends `run`; callable from any thread. Coroutines still suspended are destroyed with the
  /// worker.
  void stop();

 private:
  // Declared before `io`: suspended coroutines are destroyed with it and use these.
 public:
  logger& log;
  wall_clock wall;
  random_source random;
  buffer_pool buffers;
  bulk_pool bulk;
  metrics_shard metrics;
  sweeper deadlines;
  poller sockets;
  asio::io_context io;

 private:
  void tick();
  std::unique_ptr<steady_timer> ticker_;
  std::unique_ptr<resolver> names_;
  bool ticking_ = false;
};

/// Sleeps; for schedules and retries, never to wait for a condition.
task<> sleep_until(worker& w, instant at);
task<> sleep_for(worker& w, duration d);

}  // namespace core
