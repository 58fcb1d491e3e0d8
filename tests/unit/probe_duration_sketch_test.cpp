#include "probe/engine/duration_sketch.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace std::chrono_literals;
using probe::duration_sketch;

TEST(duration_sketch, of_nothing_is_zero) {
  const duration_sketch s;
  EXPECT_EQ(s.quantile(0.99), 0s);
  EXPECT_EQ(s.mean(), 0s);
}

TEST(duration_sketch, quantiles_are_within_the_error_that_is_promised) {
  duration_sketch s;
  for (int i = 1; i <= 100'000; ++i) s.add(i * 13us);
  for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double truth = q * 100'000 * 13e-6;
    EXPECT_NEAR(core::seconds(s.quantile(q)), truth, truth * 0.008) << q;
  }
  EXPECT_EQ(s.quantile(1), 1300ms);
  EXPECT_EQ(s.max(), 1300ms);
  EXPECT_EQ(s.count(), 100'000u);
}

// Of one value at a time, over nine orders of magnitude: the error is of the bucket alone.
TEST(duration_sketch, a_value_is_never_told_too_short_nor_much_too_long) {
  for (double us = 1; us < 4e9; us *= 1.0371) {
    duration_sketch s;
    const auto value = std::chrono::microseconds(static_cast<std::int64_t>(us));
    s.add(value);
    s.add(value * 3);  // so that the longest does not bound it
    const auto told = s.quantile(0.5);
    EXPECT_GE(told, value);
    EXPECT_LE(core::seconds(told), core::seconds(value) * 1.008 + 1e-6) << us;
  }
}

TEST(duration_sketch, short_times_are_exact_to_the_microsecond) {
  duration_sketch s;
  for (int i = 0; i < 128; ++i) s.add(i * 1us);
  EXPECT_EQ(s.quantile(0.5), 63us);
}

TEST(duration_sketch, never_exceeds_the_longest) {
  duration_sketch s;
  s.add(1h);
  EXPECT_EQ(s.quantile(0.5), 1h);
}

TEST(duration_sketch, an_early_start_counts_as_none) {
  duration_sketch s;
  s.add(-5ms);
  EXPECT_EQ(s.quantile(0.5), 0s);
}

}  // namespace
