#include "slo/gate/two_samples.hpp"

#include <gtest/gtest.h>

namespace {

using slo::gate_method;
using slo::two_samples;

constexpr double alpha = 0.05;
constexpr gate_method methods[] = {gate_method::sequence, gate_method::fixed};

two_samples beside(std::int64_t events, std::int64_t bad, std::int64_t base_events,
                   std::int64_t base_bad, double margin = 0.01) {
  return {{events, bad, 0.01}, {base_events, base_bad, 0.01}, margin};
}

TEST(two_samples, without_events_in_one_of_them_show_nothing) {
  for (const auto method : methods) {
    for (const auto& t : {beside(0, 0, 1000, 0), beside(1000, 0, 0, 0)}) {
      EXPECT_EQ(slo::levels_of(t, method).pass, 1);
      EXPECT_EQ(slo::levels_of(t, method).fail, 1);
      EXPECT_EQ(slo::difference_of(t, alpha, method).low, -1);
      EXPECT_EQ(slo::difference_of(t, alpha, method).high, 1);
    }
  }
}

TEST(two_samples, clean_ones_pass_and_a_larger_baseline_does_not_hurt) {
  for (const auto method : methods) {
    EXPECT_LE(slo::levels_of(beside(500, 0, 500, 0), method).pass, alpha);
    EXPECT_LE(slo::levels_of(beside(500, 0, 100'000, 0), method).pass, alpha);
    EXPECT_GT(slo::levels_of(beside(100, 0, 100'000, 0), method).pass, alpha);
  }
}

TEST(two_samples, need_more_events_than_one_against_a_known_limit) {
  for (const auto method : methods) {
    const auto needed = slo::events_to_pass(beside(0, 0, 1000, 0), alpha, method);
    ASSERT_TRUE(needed);
    EXPECT_GT(*needed, *slo::events_to_pass(slo::trial{0, 0, 0.01}, alpha, method));
    EXPECT_LT(*needed, 500);
  }
}

TEST(two_samples, a_candidate_that_is_worse_fails_also_where_the_objective_is_out_of_reach) {
  for (const auto method : methods) {
    EXPECT_LE(slo::levels_of(beside(3000, 300, 3000, 150), method).fail, alpha);
    EXPECT_GT(slo::levels_of(beside(1000, 52, 1000, 50), method).fail, alpha);
    EXPECT_LE(slo::levels_of(beside(50'000, 2500, 50'000, 2500), method).pass, alpha);
  }
}

TEST(two_samples, a_better_candidate_passes_sooner) {
  for (const auto method : methods)
    EXPECT_LT(slo::levels_of(beside(1000, 10, 1000, 50), method).pass,
              slo::levels_of(beside(1000, 50, 1000, 50), method).pass);
}

TEST(two_samples, the_interval_agrees_with_the_decision_and_holds_what_was_seen) {
  for (const auto method : methods) {
    for (const auto bad : {0, 5, 20, 60, 200}) {
      const auto t = beside(2000, bad, 1500, 15);
      const auto i = slo::difference_of(t, alpha, method);
      const double seen = bad / 2000.0 - 0.01;
      EXPECT_LE(i.low, seen);
      EXPECT_GE(i.high, seen);
      EXPECT_EQ(i.high < t.margin, slo::levels_of(t, method).pass <= alpha) << bad;
      EXPECT_EQ(i.low > t.margin, slo::levels_of(t, method).fail <= alpha) << bad;
    }
  }
}

/// The bounds of Clopper and Pearson, each at half the level, are what a fixed comparison is.
TEST(two_samples, fixed_ones_are_the_difference_of_exact_bounds_where_the_baseline_is_clean) {
  const auto t = beside(1000, 3, 5000, 0);
  const auto candidate = slo::interval_of(t.candidate, alpha / 2, gate_method::fixed);
  EXPECT_NEAR(slo::difference_of(t, alpha, gate_method::fixed).high, candidate.high, 1e-6);
}

TEST(two_samples, extremes_are_no_trouble) {
  for (const auto method : methods) {
    for (const auto& t : {beside(50, 50, 50, 0), beside(50, 0, 50, 50), beside(50, 50, 50, 50),
                          beside(1, 1, 1, 0), beside(1'000'000'000, 0, 1, 1)}) {
      const auto shown = slo::levels_of(t, method);
      EXPECT_GE(shown.pass, 0);
      EXPECT_LE(shown.pass, 1);
      EXPECT_GE(shown.fail, 0);
      EXPECT_LE(shown.fail, 1);
      const auto i = slo::difference_of(t, alpha, method);
      EXPECT_LE(i.low, i.high);
    }
    EXPECT_LE(slo::levels_of(beside(50, 50, 50, 0), method).fail, alpha);
    EXPECT_LE(slo::levels_of(beside(50, 0, 50, 50), method).pass, alpha);
  }
}

}  // namespace
