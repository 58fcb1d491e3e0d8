#include "slo/gate/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using slo::gate_method;
using slo::outcome;
using slo::trial;

constexpr double alpha = 0.05;

outcome alone(const trial& t, gate_method method = gate_method::sequence) {
  return slo::judge({t}, alpha, method).overall;
}

TEST(fixed_sample, passes_99_percent_after_299_clean_events) {
  EXPECT_EQ(slo::events_to_pass({0, 0, 0.01}, alpha, gate_method::fixed), 299);
  EXPECT_EQ(alone({298, 0, 0.01}, gate_method::fixed), outcome::inconclusive);
  EXPECT_EQ(alone({299, 0, 0.01}, gate_method::fixed), outcome::pass);
}

/// Chance of at most `bad` bad ones of `events`, summed term by term.
double chance_of_at_most(int bad, int events, double ratio) {
  double sum = 0;
  for (int k = 0; k <= bad; ++k) {
    sum += std::exp(std::lgamma(events + 1) - std::lgamma(k + 1) - std::lgamma(events - k + 1) +
                    k * std::log(ratio) + (events - k) * std::log1p(-ratio));
  }
  return sum;
}

TEST(fixed_sample, interval_is_that_of_clopper_and_pearson) {
  const auto i = slo::interval_of({100, 3, 0.01}, alpha, gate_method::fixed);
  EXPECT_NEAR(1 - chance_of_at_most(2, 100, i.low), alpha, 1e-9);
  EXPECT_NEAR(chance_of_at_most(3, 100, i.high), alpha, 1e-9);
}

TEST(fixed_sample, the_interval_agrees_with_the_decision) {
  for (const int bad : {0, 1, 5, 12, 20, 40}) {
    const trial t{1000, bad, 0.01};
    const auto i = slo::interval_of(t, alpha, gate_method::fixed);
    EXPECT_EQ(i.high <= 0.01, slo::pass_level(t, gate_method::fixed) <= alpha) << bad;
    EXPECT_EQ(i.low >= 0.01, slo::fail_level(t, gate_method::fixed) <= alpha) << bad;
  }
}

TEST(sequence, passes_99_percent_after_about_320_clean_events) {
  EXPECT_EQ(slo::events_to_pass({0, 0, 0.01}, alpha, gate_method::sequence), 320);
  EXPECT_EQ(alone({319, 0, 0.01}), outcome::inconclusive);
  EXPECT_EQ(alone({320, 0, 0.01}), outcome::pass);
}

TEST(sequence, passes_99_5_percent_after_about_640_clean_events) {
  const auto n = slo::events_to_pass({0, 0, 0.005}, alpha, gate_method::sequence);
  ASSERT_TRUE(n);
  EXPECT_NEAR(static_cast<double>(*n), 640, 5);
}

TEST(sequence, fails_99_percent_at_2_percent_after_about_1100_events) {
  std::int64_t n = 100;
  while (alone({n, n / 50, 0.01}) != outcome::fail) n += 50;
  EXPECT_GT(n, 900);
  EXPECT_LT(n, 1300);
}

TEST(sequence, the_interval_agrees_with_the_decision) {
  for (const int bad : {0, 1, 5, 12, 20, 40}) {
    const trial t{1000, bad, 0.01};
    const auto i = slo::interval_of(t, alpha, gate_method::sequence);
    EXPECT_LE(i.low, bad / 1000.0);
    EXPECT_GE(i.high, bad / 1000.0);
    EXPECT_EQ(i.high < 0.01, alone(t) == outcome::pass) << bad;
    EXPECT_EQ(i.low > 0.01, alone(t) == outcome::fail) << bad;
  }
}

TEST(sequence, is_wider_than_the_exact_interval) {
  const trial t{5000, 40, 0.01};
  const auto sequence = slo::interval_of(t, alpha, gate_method::sequence);
  const auto fixed = slo::interval_of(t, alpha, gate_method::fixed);
  EXPECT_LT(sequence.low, fixed.low);
  EXPECT_GT(sequence.high, fixed.high);
}

TEST(sequence, everything_bad_fails_at_once_and_nothing_decides_without_events) {
  EXPECT_EQ(alone({3, 3, 0.01}), outcome::fail);
  EXPECT_EQ(alone({0, 0, 0.01}), outcome::inconclusive);
  EXPECT_EQ(slo::interval_of({0, 0, 0.01}, alpha, gate_method::sequence).high, 1);
}

TEST(judge, needs_every_objective_to_pass) {
  const trial good{1000, 0, 0.01};
  const trial open{10, 0, 0.01};
  const auto v = slo::judge({good, open}, alpha, gate_method::sequence);
  EXPECT_EQ(v.overall, outcome::inconclusive);
  EXPECT_EQ(v.each, (std::vector{outcome::pass, outcome::inconclusive}));
  EXPECT_EQ(slo::judge({good, good}, alpha, gate_method::sequence).overall, outcome::pass);
  EXPECT_EQ(slo::judge({}, alpha, gate_method::sequence).overall, outcome::inconclusive);
}

TEST(judge, one_violated_objective_fails_all) {
  const auto v = slo::judge({{1000, 0, 0.01}, {1000, 100, 0.01}}, alpha, gate_method::sequence);
  EXPECT_EQ(v.overall, outcome::fail);
  EXPECT_EQ(v.each, (std::vector{outcome::pass, outcome::fail}));
}

TEST(judge, a_fail_among_many_objectives_needs_more_evidence) {
  // On its own just beyond alpha; Holm asks for alpha/20 of the first of twenty.
  const trial suspicious{300, 7, 0.01};
  ASSERT_LE(slo::fail_level(suspicious, gate_method::fixed), alpha);
  EXPECT_EQ(alone(suspicious, gate_method::fixed), outcome::fail);
  std::vector<trial> many(19, trial{300, 3, 0.01});
  many.push_back(suspicious);
  EXPECT_EQ(slo::judge(many, alpha, gate_method::fixed).overall, outcome::inconclusive);
}

/// Share of releases at a true error ratio that ever get the verdict, looked at after every event.
double share_that_ever(outcome wanted, double truth, double budget, gate_method method,
                       int releases, int events) {
  std::mt19937_64 random(20261121);
  std::bernoulli_distribution bad(truth);
  int got = 0;
  for (int r = 0; r < releases; ++r) {
    trial t{0, 0, budget};
    for (int i = 0; i < events; ++i) {
      ++t.events;
      t.bad += bad(random);
      const double level =
          wanted == outcome::pass ? slo::pass_level(t, method) : slo::fail_level(t, method);
      if (level > alpha) continue;
      ++got;
      break;
    }
  }
  return static_cast<double>(got) / releases;
}

TEST(sequence, keeps_its_error_rates_under_peeking_at_the_threshold) {
  constexpr int releases = 400;
  const double noise = 3 * std::sqrt(alpha * (1 - alpha) / releases);
  EXPECT_LE(share_that_ever(outcome::pass, 0.02, 0.02, gate_method::sequence, releases, 1500),
            alpha + noise);
  EXPECT_LE(share_that_ever(outcome::fail, 0.02, 0.02, gate_method::sequence, releases, 1500),
            alpha + noise);
}

TEST(fixed_sample, does_not_under_peeking) {
  EXPECT_GT(share_that_ever(outcome::fail, 0.02, 0.02, gate_method::fixed, 400, 1500), 0.1);
}

}  // namespace
