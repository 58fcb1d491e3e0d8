#include "probe/engine/schedule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace std::chrono_literals;
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
  schedule s(t0, 1ms, {3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_FALSE(s.take(t0 + 1s));
  EXPECT_FALSE(s.next());
}

TEST(schedule, has_no_start_at_its_end) {
  schedule s(t0, 100ms, {std::nullopt, t0 + 200ms});
  EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_TRUE(s.take(t0 + 1s));
  EXPECT_FALSE(s.next());
}

TEST(schedule, knows_how_many_starts_it_has) {
  EXPECT_FALSE(schedule(t0, 100ms).count());
  EXPECT_EQ(schedule(t0, 100ms, {7}).count(), 7u);
  EXPECT_EQ(schedule(t0, 100ms, {std::nullopt, t0 + 1s}).count(), 10u);
  EXPECT_EQ(schedule(t0, 100ms, {7, t0 + 501ms}).count(), 6u);
  auto load = std::make_shared<probe::load_profile>();
  load->append({{.from = 10, .length = 2}});
  EXPECT_EQ(schedule(t0, load).count(), 20u);
  EXPECT_EQ(schedule(t0, load, {std::nullopt, t0 + 1s}).count(), 10u);
}

TEST(schedule, passes_over_what_it_is_told_to) {
  schedule s(t0, 100ms);
  EXPECT_EQ(s.skip(t0 - 1ns), 0u);
  EXPECT_EQ(s.skip(t0 + 1s), 11u);
  EXPECT_EQ(s.next(), t0 + 1100ms);
  schedule few(t0, 100ms, {5});
  EXPECT_TRUE(few.take(t0));
  EXPECT_EQ(few.skip(t0 + 1h), 4u);
  EXPECT_FALSE(few.next());
  schedule ends(t0, 100ms, {std::nullopt, t0 + 250ms});
  EXPECT_EQ(ends.skip(t0 + 1h), 3u);
  EXPECT_FALSE(ends.next());
}

TEST(schedule, follows_a_load_and_passes_over_parts_of_it) {
  auto load = std::make_shared<probe::load_profile>();
  load->append({{.from = 10, .length = 2}});
  schedule s(t0, load);
  EXPECT_EQ(s.take(t0), t0);
  EXPECT_EQ(s.skip(t0 + 1s), 10u);
  EXPECT_EQ(s.next(), t0 + 1100ms);
  EXPECT_EQ(s.skip(t0 + 1h), 9u);
  EXPECT_FALSE(s.next());
}

}  // namespace
