#include "slo/rules/minute_history.hpp"

#include <gtest/gtest.h>

#include "slo/rules/rules.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::decimal;
using slo::minute_history;
using slo::objective_history;
using slo::tests::example;

slo::objective sliced(int minutes, const char* slice_target) {
  auto o = example();
  o.slices = slo::time_slices{minutes, {}};
  if (slice_target) o.slices->target = decimal::parse(slice_target);
  return o;
}

slo::alert_condition above(const char* threshold, long window) {
  slo::alert_condition c;
  c.threshold = *decimal::parse(threshold);
  c.long_minutes = window;
  return c;
}

TEST(minute_history, windows_longer_than_three_days_end_with_the_last_whole_hour) {
  minute_history h(example());
  constexpr long week = 7 * 24 * 60;
  h.append(120, 100, 0);
  h.append(59, 100, 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(week, 179), 0);
  h.append(1, 100, 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(week, 180), 100.0 / 3);
  EXPECT_DOUBLE_EQ(h.coverage(week, 185 - 6), 120.0 / week);
}

TEST(minute_history, before_its_first_whole_hour_a_long_window_has_what_there_is) {
  minute_history h(example());
  h.append(30, 100, 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(7 * 24 * 60, 30), 100);
}

TEST(minute_history, a_slice_is_bad_below_its_target_and_good_at_it) {
  minute_history h(sliced(5, "0.95"));
  h.append(5, 100, 5);  // exactly 95 %
  EXPECT_DOUBLE_EQ(h.burn_rate(10, 5), 0);
  h.append(4, 100, 5);
  h.append(1, 100, 6);
  EXPECT_DOUBLE_EQ(h.burn_rate(10, 10), 50);  // one of two slices, of a budget of 1 %
}

TEST(minute_history, a_slice_counts_once_it_has_ended) {
  minute_history h(sliced(5, "0.95"));
  h.append(9, 100, 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 9), 100);
  EXPECT_DOUBLE_EQ(h.spent(0, 9), 1);
  h.append(1, 100, 0);
  EXPECT_DOUBLE_EQ(h.spent(0, 10), 2);
}

TEST(minute_history, a_slice_without_events_is_left_out) {
  minute_history h(sliced(5, "0.95"));
  h.append(5, 100, 100);
  h.append(5, 0, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(10, 10), 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 10), 0);
}

TEST(minute_history, a_window_shorter_than_a_slice_holds_the_last_one) {
  minute_history h(sliced(15, "0.95"));
  h.append(15, 100, 100);
  h.append(14, 100, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 29), 100);
  h.append(1, 100, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 30), 0);
}

TEST(minute_history, ratio_slices_weigh_alike_whatever_their_traffic) {
  minute_history h(sliced(1, nullptr));
  h.append(1, 1, 1);
  h.append(1, 999, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 2), 50);
  minute_history counted(example());
  counted.append(1, 1, 1);
  counted.append(1, 999, 0);
  EXPECT_DOUBLE_EQ(counted.burn_rate(5, 2), 0.1);
}

TEST(minute_history, without_counters_minutes_weigh_alike) {
  auto o = example();
  o.counters.reset();
  minute_history h(o);
  h.append(1, 1, 1);
  h.append(1, 999, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 2), 50);
}

TEST(minute_history, a_calendar_period_burns_since_its_start) {
  auto o = example();
  constexpr long day = 24 * 60;
  o.period = {"1d", day, slo::calendar_alignment{slo::calendar_alignment::unit::day, 1, {}, {}}};
  minute_history h(o);
  h.append(day, 10, 10);
  h.append(120, 10, 1);
  EXPECT_DOUBLE_EQ(h.burn_rate(slo::whole_period, day + 120), 10);
  EXPECT_DOUBLE_EQ(h.coverage(slo::whole_period, day + 120), 120.0 / day);
  // The day's last minute is the day's, and what is not a whole hour does not count yet.
  EXPECT_DOUBLE_EQ(h.burn_rate(slo::whole_period, day), 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(slo::whole_period, day + 59), 100);
  EXPECT_DOUBLE_EQ(h.burn_rate(slo::whole_period, day + 60), 10);
}

TEST(minute_history, a_rolling_period_is_a_window) {
  minute_history h(example());
  h.append(90, 100, 1);
  EXPECT_DOUBLE_EQ(h.burn_rate(slo::whole_period, 90), h.burn_rate(28 * 24 * 60, 90));
}

TEST(minute_history, sums_agree_with_counting_one_by_one) {
  minute_history h(example());
  std::vector<std::pair<long, long>> minutes;
  for (long i = 0; i < 500; ++i) {
    minutes.emplace_back(i * 7 % 13, i % 5 == 0 ? 1 : 0);
    h.append(1, minutes.back().first + 1, minutes.back().second);
  }
  for (const long window : {5L, 30L, 60L, 360L}) {
    for (long at = 1; at <= 500; at += 17) {
      long all = 0;
      long bad = 0;
      for (long m = std::max(1L, at - window + 1); m <= at; ++m) {
        all += minutes[static_cast<std::size_t>(m - 1)].first + 1;
        bad += minutes[static_cast<std::size_t>(m - 1)].second;
      }
      EXPECT_DOUBLE_EQ(h.burn_rate(window, at),
                       static_cast<double>(bad) / static_cast<double>(all) / 0.01);
      EXPECT_EQ(h.bad_events(window, at), bad);
    }
  }
}

TEST(minute_history, after_clear_nothing_has_happened) {
  minute_history h(sliced(5, "0.95"));
  h.append(10, 100, 100);
  h.clear();
  EXPECT_EQ(h.minutes(), 0);
  h.append(5, 100, 0);
  EXPECT_DOUBLE_EQ(h.burn_rate(60, 5), 0);
}

TEST(minute_history, after_truncate_only_what_was_before_has_happened) {
  minute_history h(sliced(5, "0.95"));
  h.append(10, 100, 100);
  h.append(7, 100, 0);
  h.truncate(12);
  EXPECT_EQ(h.minutes(), 12);
  h.append(3, 100, 100);
  EXPECT_DOUBLE_EQ(h.spent(0, 15), 3);  // the third slice: 40 % of it was good
}

TEST(objective_history, a_composite_burns_the_weighted_sum_of_its_members) {
  auto strict = example("0.999");
  strict.id = "strict";
  auto loose = example("0.9");
  loose.id = "loose";
  slo::objective whole;
  whole.members = {{"strict", decimal(1, 0)}, {"loose", decimal(2, 0)}};
  objective_history h(whole, {strict, loose});
  h.append(10, 1000, 10);
  EXPECT_NEAR(h.burn_rate(5, 10), 10 + 2 * 0.1, 1e-9);
  EXPECT_NEAR(h.budget_spent(5, 10, 10000), 50 / 10.0 + 2 * (50 / 1000.0), 1e-9);
}

TEST(objective_history, nothing_holds_without_events) {
  objective_history h(example(), {});
  h.append(60, 0, 0);
  for (const auto op : {slo::comparison::lt, slo::comparison::lte, slo::comparison::gt}) {
    auto c = above("10", 60);
    c.op = op;
    EXPECT_FALSE(h.holds(c, 60));
  }
}

TEST(objective_history, the_comparison_is_the_conditions) {
  objective_history h(example(), {});
  h.append(60, 100, 2);
  auto c = above("2", 60);
  EXPECT_FALSE(h.holds(c, 60));
  c.op = slo::comparison::gte;
  EXPECT_TRUE(h.holds(c, 60));
  c.op = slo::comparison::lte;
  EXPECT_TRUE(h.holds(c, 60));
  c.op = slo::comparison::lt;
  EXPECT_FALSE(h.holds(c, 60));
}

TEST(objective_history, a_guard_waits_for_failed_events) {
  objective_history h(example(), {});
  h.append(2, 1, 1);
  auto c = above("2", 60);
  c.least_bad_events = 3;
  EXPECT_FALSE(h.holds(c, 2));
  h.append(1, 1, 1);
  EXPECT_TRUE(h.holds(c, 3));
}

TEST(objective_history, both_windows_must_burn) {
  objective_history h(example(), {});
  h.append(60, 100, 50);
  h.append(5, 100, 0);
  auto c = above("13.44", 60);
  EXPECT_TRUE(h.holds(c, 65));
  c.short_minutes = 5;
  EXPECT_FALSE(h.holds(c, 65));
  EXPECT_TRUE(h.holds(c, 63));
}

TEST(alert_state, fires_when_its_expression_has_held_long_enough) {
  slo::alert_state state;
  EXPECT_FALSE(state.update(true, 10, 2));
  EXPECT_FALSE(state.update(true, 11, 2));
  EXPECT_TRUE(state.update(true, 12, 2));
  EXPECT_FALSE(state.update(false, 13, 2));
  EXPECT_FALSE(state.update(true, 14, 2));
}

TEST(alert_state, fires_at_once_without_a_hold) {
  slo::alert_state state;
  EXPECT_TRUE(state.update(true, 1, 0));
}

TEST(alert_conditions, are_what_the_rules_of_the_alerts_say) {
  auto o = example();
  slo::alert_policy policy;
  policy.name = "fast";
  policy.severity = "page";
  policy.op = slo::comparison::gte;
  policy.threshold = decimal(20, 0);
  policy.lookback_minutes = 30;
  policy.after_minutes = 5;
  o.policies = {policy};
  policy.when_breaching = false;
  o.policies.push_back(policy);

  const auto conditions = alert_conditions(o);
  ASSERT_EQ(conditions.size(), 6u);
  const auto& page = conditions[0];
  EXPECT_EQ(page.long_minutes, 60);
  EXPECT_EQ(page.short_minutes, 5);
  EXPECT_EQ(page.severity, "critical");
  EXPECT_EQ(page.least_coverage, 0.1);
  EXPECT_EQ(page.least_bad_events, slo::rule_options{}.least_bad_events);
  EXPECT_EQ(page.every_minutes, 1);
  EXPECT_EQ(conditions[3].every_minutes, 5);
  const auto& fast = conditions[4];
  EXPECT_EQ(fast.policy, "fast");
  EXPECT_EQ(fast.hold_minutes, 5);
  EXPECT_EQ(fast.short_minutes, std::nullopt);
  EXPECT_EQ(fast.op, slo::comparison::gte);
  const auto& spent = conditions[5];
  EXPECT_TRUE(spent.over_period);
  EXPECT_EQ(spent.op, slo::comparison::gte);
  EXPECT_EQ(spent.threshold, decimal(1, 0));
}

}  // namespace
