#pragma once

#include <memory>
#include <string>

#include "core/log.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace tests {

/// A worker for one test, and the test's coroutine run on it. Everything that a coroutine test
/// starts lives on this worker's thread, the test's own.
class loop {
 public:
  loop();
  ~loop();
  core::worker& worker() { return *worker_; }

  /// Runs `body` to its end; a test that hangs fails after `limit`, which no healthy run comes
  /// near.
  void run(core::task<> body, core::duration limit = std::chrono::seconds(60));

 private:
  core::logger log_;
  std::unique_ptr<core::worker> worker_;
};

}  // namespace tests
