#pragma once

#include "core/clock.hpp"
#include "core/sweeper.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"

namespace api {

/// Lets one coroutine wait, at most until a deadline, for something that another part of the same
/// worker will say. Nobody keeps a suspended coroutine alive but the worker's own `io`.
class waiter final : private core::sweeper::entry {
 public:
  explicit waiter(core::worker& w);

  /// Returns when `finish` was called (perhaps before) or with `errc::timed_out`. Call once.
  core::task<core::result<>> wait(core::deadline until);
  /// Ends the wait; the first call counts. The waiting coroutine goes on in a later turn.
  void finish(core::error_code outcome = {}) noexcept;
  bool finished() const noexcept { return finished_; }

 private:
  void expire() noexcept override;

  core::worker& worker_;
  core::steady_timer wake_;  // never expires: it is cancelled to wake the one who waits
  core::error_code outcome_;
  bool finished_ = false;
};

}  // namespace api
