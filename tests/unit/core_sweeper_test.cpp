#include "core/sweeper.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

using core::deadline;
using core::instant;
using core::sweeper;
using namespace std::chrono_literals;

struct watched final : sweeper::entry {
  int fired = 0;
  std::vector<std::unique_ptr<watched>>* destroys = nullptr;
  void expire() noexcept override {
    ++fired;
    if (destroys) destroys->clear();
  }
};

class sweeper_test : public ::testing::Test {
 protected:
  instant start = instant(1000s);
  sweeper wheel{start};
};

TEST_F(sweeper_test, never_fires_early_and_at_most_a_tick_late) {
  watched e;
  wheel.watch(e, {start + 100ms});
  for (auto t = 0ms; t < 100ms; t += 1ms) {
    wheel.advance(start + t);
    ASSERT_EQ(e.fired, 0) << t.count();
  }
  wheel.advance(start + 100ms + sweeper::tick);
  EXPECT_EQ(e.fired, 1);
}

TEST_F(sweeper_test, fires_once) {
  watched e;
  wheel.watch(e, {start + 10ms});
  wheel.advance(start + 1s);
  wheel.advance(start + 100s);
  EXPECT_EQ(e.fired, 1);
  EXPECT_FALSE(wheel.active());
}

TEST_F(sweeper_test, a_later_deadline_replaces_an_earlier_one) {
  watched e;
  wheel.watch(e, {start + 50ms});
  wheel.watch(e, {start + 5s});
  wheel.advance(start + 4900ms);
  EXPECT_EQ(e.fired, 0);
  wheel.advance(start + 5s + sweeper::tick);
  EXPECT_EQ(e.fired, 1);
}

TEST_F(sweeper_test, an_earlier_deadline_replaces_a_later_one) {
  watched e;
  wheel.watch(e, {start + 5s});
  wheel.watch(e, {start + 50ms});
  wheel.advance(start + 50ms + sweeper::tick);
  EXPECT_EQ(e.fired, 1);
}

TEST_F(sweeper_test, holds_deadlines_beyond_its_horizon) {
  watched e;
  wheel.watch(e, {start + 10min});
  for (auto t = 0s; t < 600s; t += 1s) {
    wheel.advance(start + t);
    ASSERT_EQ(e.fired, 0) << t.count();
  }
  wheel.advance(start + 10min + sweeper::tick);
  EXPECT_EQ(e.fired, 1);
}

TEST_F(sweeper_test, never_stops_watching) {
  watched e;
  wheel.watch(e, {start + 10ms});
  wheel.watch(e, deadline::never());
  EXPECT_FALSE(wheel.active());
  wheel.advance(start + 1h);
  EXPECT_EQ(e.fired, 0);
}

TEST_F(sweeper_test, forgets_what_is_destroyed) {
  {
    watched e;
    wheel.watch(e, {start + 10ms});
  }
  EXPECT_FALSE(wheel.active());
  wheel.advance(start + 1s);
}

TEST_F(sweeper_test, an_entry_may_destroy_others_of_its_slot_when_it_fires) {
  std::vector<std::unique_ptr<watched>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(std::make_unique<watched>());
    wheel.watch(*others.back(), {start + 10ms});
  }
  watched e;
  e.destroys = &others;
  wheel.watch(e, {start + 10ms});
  wheel.advance(start + 1s);
  EXPECT_EQ(e.fired, 1);
  EXPECT_FALSE(wheel.active());
}

TEST_F(sweeper_test, works_after_a_long_idle_time) {
  wheel.advance(start + 1h);
  watched e;
  wheel.watch(e, {start + 1h + 100ms});
  wheel.advance(start + 1h + 90ms);
  EXPECT_EQ(e.fired, 0);
  wheel.advance(start + 1h + 100ms + sweeper::tick);
  EXPECT_EQ(e.fired, 1);
}

TEST_F(sweeper_test, wakes_its_owner_when_something_is_linked) {
  int wakes = 0;
  wheel.on_link([](void* count) { ++*static_cast<int*>(count); }, &wakes);
  watched e;
  wheel.watch(e, {start + 10ms});
  EXPECT_EQ(wakes, 1);
}

}  // namespace
