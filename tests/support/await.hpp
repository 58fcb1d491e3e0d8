#pragma once

#include <optional>
#include <utility>

#include "tests/support/loop.hpp"

/// Waiting for coroutines and conditions in tests, not for ever.
namespace tests {

/// Later than any healthy run needs.
inline core::deadline soon(core::duration time = std::chrono::seconds(30)) {
  return core::deadline::in(time, core::now());
}

template <class T>
core::task<> keep_result(core::task<T> what, std::optional<T>& into) {
  into.emplace(co_await std::move(what));
}

/// Runs one task on a loop and gives its result.
template <class T>
T run(loop& on, core::task<T> what) {
  std::optional<T> result;
  on.run(keep_result(std::move(what), result));
  return std::move(result.value());
}

/// Comes back when `condition` holds; false when it still does not after long enough.
template <class Condition>
core::task<bool> holds(core::worker& w, Condition condition) {
  const auto until = soon();
  while (!condition() && !until.passed(core::now()))
    co_await core::sleep_for(w, std::chrono::milliseconds(1));
  co_return condition();
}

/// Something that calls pass only while it is open: with it a test decides how long they take.
class gate {
 public:
  explicit gate(core::worker& w) : worker_(w) {}
  bool open = true;
  int waiting = 0;  ///< calls in front of it

  /// `errc::timed_out` when it stays closed until the deadline.
  core::task<core::result<>> pass(core::deadline until) {
    ++waiting;
    while (!open && !until.passed(core::now()))
      co_await core::sleep_for(worker_, std::chrono::milliseconds(1));
    --waiting;
    if (!open) co_return core::errc::timed_out;
    co_return core::result<>();
  }

 private:
  core::worker& worker_;
};

}  // namespace tests
