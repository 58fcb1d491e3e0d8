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

TEST(duration_sketch, quantiles_are_within_two_percent) {
  duration_sketch s;
  for (int i = 1; i <= 100'000; ++i) s.add(i * 13us);
  for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const double truth = q * 100'000 * 13e-6;
    EXPECT_NEAR(core::seconds(s.quantile(q)), truth, truth * 0.016) << q;
  }
  EXPECT_EQ(s.quantile(1), 1300ms);
  EXPECT_EQ(s.max(), 1300ms);
  EXPECT_EQ(s.count(), 100'000u);
}

TEST(duration_sketch, short_times_are_exact_to_the_microsecond) {
  duration_sketch s;
  for (int i = 0; i < 64; ++i) s.add(i * 1us);
  EXPECT_EQ(s.quantile(0.5), 31us);
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
