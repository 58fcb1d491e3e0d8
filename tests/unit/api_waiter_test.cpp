#include "api/waiter.hpp"

#include <gtest/gtest.h>

#include "tests/support/loop.hpp"

namespace {

core::deadline soon(std::chrono::milliseconds in) {
  return core::deadline::in(in, core::now());
}

core::task<> finish_later(core::worker& w, api::waiter& waiting) {
  co_await core::sleep_for(w, std::chrono::milliseconds(5));
  waiting.finish(core::errc::closed);
}

core::task<> wait_for_somebody(core::worker& w, core::result<>& outcome) {
  api::waiter waiting(w);
  w.start("finish", finish_later(w, waiting));
  outcome = co_await waiting.wait(soon(std::chrono::seconds(30)));
}

TEST(waiter, goes_on_when_somebody_says_so) {
  tests::loop loop;
  core::result<> outcome;
  loop.run(wait_for_somebody(loop.worker(), outcome));
  EXPECT_EQ(outcome.error(), core::errc::closed);
}

core::task<> wait_in_vain(core::worker& w, core::result<>& outcome, bool& finished) {
  api::waiter waiting(w);
  outcome = co_await waiting.wait(soon(std::chrono::milliseconds(50)));
  finished = waiting.finished();
}

TEST(waiter, gives_up_at_its_deadline) {
  tests::loop loop;
  core::result<> outcome;
  bool finished = false;
  loop.run(wait_in_vain(loop.worker(), outcome, finished));
  EXPECT_EQ(outcome.error(), core::errc::timed_out);
  EXPECT_TRUE(finished);
}

core::task<> wait_afterwards(core::worker& w, core::result<>& outcome) {
  api::waiter waiting(w);
  waiting.finish();
  waiting.finish(core::errc::closed);  // the first call counts
  outcome = co_await waiting.wait(soon(std::chrono::seconds(30)));
}

TEST(waiter, what_was_said_before_counts) {
  tests::loop loop;
  core::result<> outcome = core::errc::closed;
  loop.run(wait_afterwards(loop.worker(), outcome));
  EXPECT_TRUE(outcome);
}

}  // namespace
