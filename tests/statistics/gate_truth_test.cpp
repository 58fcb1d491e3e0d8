// How often the gate is wrong, over releases whose true error ratios are known. `gate_truth` writes
// the same as a table into docs/gate.md.
#include <gtest/gtest.h>

#include <cmath>

#include "slo/gate/simulated_release.hpp"
#include "slo/gate/two_samples.hpp"

namespace {

using slo::gate_method;
using slo::outcome;
using slo::simulated_objective;

constexpr double alpha = 0.05;
constexpr double budget = 0.01;
constexpr std::int64_t releases = 20'000;

/// What a share of releases may be, when its expectation is at most alpha: three sigma more.
double tolerated(std::int64_t of = releases) {
  return alpha + 3 * std::sqrt(alpha * (1 - alpha) / static_cast<double>(of));
}

slo::simulated_course course(const std::vector<simulated_objective>& objectives,
                             slo::simulated_rules rules = {}, std::uint64_t seed = 1) {
  return slo::simulate_releases(objectives, rules, releases, seed);
}

/// A true error ratio, in budgets.
class one_objective : public testing::TestWithParam<double> {};

TEST_P(one_objective, is_judged_wrongly_at_most_as_often_as_declared_under_peeking) {
  const auto c = course({{budget, GetParam() * budget}});
  // At the threshold itself either verdict is one too many.
  if (GetParam() >= 1) {
    EXPECT_LE(c.share(c.passed), tolerated());
  }
  if (GetParam() <= 1) {
    EXPECT_LE(c.share(c.failed), tolerated());
  }
}

TEST_P(one_objective, of_a_fixed_sample_is_too_when_it_is_looked_at_once) {
  std::mt19937_64 random(2);
  std::binomial_distribution<std::int64_t> bad(1000, GetParam() * budget);
  std::int64_t passed = 0, failed = 0;
  for (std::int64_t i = 0; i < releases; ++i) {
    const auto verdict =
        slo::judge(std::vector<slo::trial>{{1000, bad(random), budget}}, alpha, gate_method::fixed);
    passed += verdict.overall == outcome::pass;
    failed += verdict.overall == outcome::fail;
  }
  if (GetParam() >= 1) {
    EXPECT_LE(static_cast<double>(passed) / releases, tolerated());
  }
  if (GetParam() <= 1) {
    EXPECT_LE(static_cast<double>(failed) / releases, tolerated());
  }
}

INSTANTIATE_TEST_SUITE_P(true_ratio, one_objective,
                         testing::Values(0.5, 0.9, 0.98, 1.0, 1.02, 1.1, 2.0),
                         [](const auto& test) {
                           return "of_" + std::to_string(std::lround(test.param * 100)) +
                                  "_percent_of_the_budget";
                         });

TEST(several_objectives, that_are_all_kept_fail_at_most_as_often_as_declared) {
  const std::vector<simulated_objective> at_the_limit(5, {budget, budget});
  slo::simulated_rules rules;
  rules.most = 5'000;
  for (const bool together : {false, true}) {
    rules.together = together;
    const auto c = slo::simulate_releases(at_the_limit, rules, 5'000, 3);
    EXPECT_LE(c.share(c.failed), tolerated(5'000)) << "together: " << together;
  }
}

TEST(several_objectives, pass_with_one_violated_at_most_as_often_as_declared) {
  const auto c = course({{budget, budget}, {budget, 0}, {0.02, 0.001}});
  EXPECT_LE(c.share(c.passed), tolerated());
}

TEST(fixed_method, is_wrong_more_often_than_declared_under_peeking) {
  slo::simulated_rules rules;
  rules.method = gate_method::fixed;
  const auto c = slo::simulate_releases({{budget, budget}}, rules, 1000, 4);
  EXPECT_GT(c.share(c.failed), 2 * alpha);
}

/// Event by event, as the gate would be asked; the simulation leaps over good ones.
slo::simulated_end step_by_step(double truth, std::int64_t most, std::mt19937_64& random) {
  slo::trial t{0, 0, budget};
  while (t.events < most) {
    ++t.events;
    t.bad += std::generate_canonical<double, 53>(random) < truth;
    const auto what = slo::judge({t}, alpha, gate_method::sequence).overall;
    if (what != outcome::inconclusive) return {what, t.events};
  }
  return {outcome::inconclusive, most};
}

TEST(simulation, has_the_same_outcomes_as_asking_after_every_event) {
  constexpr int some = 2000;
  constexpr double truth = 0.015;
  slo::simulated_rules rules;
  rules.most = 1500;
  const auto leapt = slo::simulate_releases({{budget, truth}}, rules, some, 5);
  std::mt19937_64 random(6);
  double passed = 0, failed = 0, events = 0;
  for (int i = 0; i < some; ++i) {
    const auto end = step_by_step(truth, rules.most, random);
    passed += end.what == outcome::pass;
    failed += end.what == outcome::fail;
    events += static_cast<double>(end.events);
  }
  const auto near = [&](double p) { return 4 * std::sqrt(2 * p * (1 - p) / some) + 0.002; };
  EXPECT_NEAR(leapt.share(leapt.passed), passed / some, near(passed / some));
  EXPECT_NEAR(leapt.share(leapt.failed), failed / some, near(failed / some));
  double leapt_events = static_cast<double>(some - leapt.passed - leapt.failed) * 1500;
  for (const auto n : leapt.decided_after) leapt_events += static_cast<double>(n);
  EXPECT_NEAR(leapt_events / events, 1, 0.05);
}

TEST(simulation, passes_when_and_only_when_the_plan_says_so) {
  std::mt19937_64 random(7);
  const auto end = slo::simulate_release({{budget, 0}}, {}, random);
  EXPECT_EQ(end.what, outcome::pass);
  EXPECT_EQ(end.events, 320);
}

/// Candidate and baseline grow side by side and are looked at as they do.
outcome compare_peeking(double candidate, double baseline, double margin, int most,
                        std::mt19937_64& random) {
  std::binomial_distribution<std::int64_t> worse(20, candidate), as_ever(20, baseline);
  slo::two_samples t{{0, 0, budget}, {0, 0, budget}, margin};
  while (t.candidate.events < most) {
    t.candidate.events += 20;
    t.baseline.events += 20;
    t.candidate.bad += worse(random);
    t.baseline.bad += as_ever(random);
    const auto what = slo::judge({slo::levels_of(t, gate_method::sequence)}, alpha).overall;
    if (what != outcome::inconclusive) return what;
  }
  return outcome::inconclusive;
}

TEST(comparison_with_a_baseline, is_wrong_at_most_as_often_as_declared_under_peeking) {
  constexpr int some = 1000;
  for (const double baseline : {0.0, 0.01, 0.05}) {
    std::mt19937_64 random(8);
    int passed = 0, failed = 0;
    for (int i = 0; i < some; ++i) {
      const auto what = compare_peeking(baseline + 0.02, baseline, 0.02, 2000, random);
      passed += what == outcome::pass;
      failed += what == outcome::fail;
    }
    EXPECT_LE(passed / double{some}, tolerated(some)) << baseline;
    EXPECT_LE(failed / double{some}, tolerated(some)) << baseline;
  }
}

}  // namespace
