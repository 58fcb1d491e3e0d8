#include "probe/engine/schedule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace std::chrono_literals;
using probe::missed_reason;
using probe::run_ledger;
using probe::schedule;

const core::instant t0{1h};

TEST(stable_hash, is_the_same_for_ever) {
  EXPECT_EQ(probe::stable_hash("critical-path"), 0xb0a5f740ee4a4691ULL);
}

TEST(first_start, keeps_its_place_over_restarts) {
  const std::uint64_t wall = 1'700'000'000'123'456'789;
  const auto first = probe::first_start("a", 10s, t0, wall);
  EXPECT_GE(first, t0);
  EXPECT_LT(first, t0 + 10s);
  // A restart 3.7 s later finds the same places.
  const auto again = probe::first_start("a", 10s, t0 + 3700ms, wall + 3'700'000'000);
  EXPECT_EQ((again - first) % 10s, 0s);
}

TEST(first_start, spreads_scenarios) {
  std::set<long> tenths;
  for (int i = 0; i < 200; ++i) {
    const auto first = probe::first_start("scenario-" + std::to_string(i), 10s, t0, 0);
    tenths.insert((first - t0) / 1s);
  }
  EXPECT_EQ(tenths.size(), 10u);
}

TEST(schedule, gives_each_start_once_and_at_its_time) {
  schedule s(t0, 100ms);
  EXPECT_FALSE(s.take(t0 - 1ns));
  EXPECT_EQ(s.take(t0), t0);
  EXPECT_FALSE(s.take(t0 + 99ms));
  EXPECT_EQ(s.take(t0 + 100ms), t0 + 100ms);
}

TEST(schedule, a_late_caller_gets_every_start_that_has_passed) {
  schedule s(t0, 100ms);
  std::vector<core::instant> starts;
  while (const auto start = s.take(t0 + 2s)) starts.push_back(*start);
  ASSERT_EQ(starts.size(), 21u);
  EXPECT_EQ(starts.back(), t0 + 2s);
}

TEST(schedule, ends_after_its_number_of_starts) {
  schedule s(t0, 1ms, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_FALSE(s.take(t0 + 1s));
  EXPECT_FALSE(s.next());
}

TEST(schedule, has_no_start_at_its_end) {
  schedule s(t0, 100ms, std::nullopt, t0 + 200ms);
  EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_FALSE(s.next());
}

TEST(run_ledger, balances_after_every_call) {
  run_ledger l;
  EXPECT_TRUE(l.admit(2));
  EXPECT_TRUE(l.admit(2));
  EXPECT_FALSE(l.admit(2));
  EXPECT_TRUE(l.balanced());
  l.finish();
  l.abandon();
  EXPECT_TRUE(l.balanced());
  EXPECT_EQ(l.scheduled(), 3u);
  EXPECT_EQ(l.runs(), 1u);
  EXPECT_EQ(l.running(), 0u);
  EXPECT_EQ(l.missed(missed_reason::overrun), 1u);
  EXPECT_EQ(l.missed(missed_reason::shutdown), 1u);
}

/// An hour of virtual time: every scenario's runs take a while that now and then exceeds what it
/// may have running. Exactly its intended starts are accounted for.
TEST(run_ledger, an_hour_of_a_hundred_scenarios_adds_up) {
  std::uint64_t overruns = 0;
  for (int n = 0; n < 100; ++n) {
    const auto interval = std::chrono::milliseconds(250 + 50 * (n % 20));
    const auto first = probe::first_start("s" + std::to_string(n), interval, t0, 0);
    schedule starts(first, interval, std::nullopt, t0 + 1h);
    run_ledger ledger;
    std::multiset<core::instant> ends;
    std::uint64_t expected = 0;
    for (auto now = t0; now < t0 + 1h + 73ms; now += 73ms) {
      while (!ends.empty() && *ends.begin() <= now) {
        ledger.finish();
        ends.erase(ends.begin());
      }
      while (starts.take(now)) {
        ++expected;
        if (ledger.admit(3))
          ends.insert(now + std::chrono::milliseconds(100 + expected * 37 % 1900));
      }
      ASSERT_TRUE(ledger.balanced());
    }
    EXPECT_EQ(ledger.scheduled(),
              static_cast<std::uint64_t>((t0 + 1h - first - 1ns) / interval) + 1);
    overruns += ledger.missed(missed_reason::overrun);
  }
  EXPECT_GT(overruns, 0u);
}

}  // namespace
