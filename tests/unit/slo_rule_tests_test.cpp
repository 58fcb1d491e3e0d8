#include "slo/rules/rule_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/rules/example_series.hpp"
#include "slo/rules/minute_history.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;

slo::counter_ratio metric(const char* part, const char* total) {
  return {slo::event_kind::good, slo::parse_metric_query(part)->counter,
          slo::parse_metric_query(total)->counter};
}

TEST(fold_values, writes_runs_of_equal_steps) {
  EXPECT_EQ(slo::fold_values({0, 10, 20, 30, 35, 40, 40, 40}), "0+10x3 35+5x1 40+0x1");
  EXPECT_EQ(slo::fold_values({5}), "5");
  EXPECT_EQ(slo::fold_values({5, 3, 1}), "5-2x2");
}

TEST(example_series, finds_what_is_in_the_total_and_not_good) {
  const auto series = make_example(*example().counters);
  ASSERT_TRUE(series);
  EXPECT_EQ(series->part, R"(requests_total{job="web",code="ok"})");
  EXPECT_EQ(series->remainder, R"(requests_total{job="web",code="failed"})");
  EXPECT_TRUE(series->part_in_total);
}

TEST(example_series, leaves_a_label_out_when_that_is_what_differs) {
  const auto series = make_example(metric(R"(a{r="passed"})", "a"));
  ASSERT_TRUE(series);
  EXPECT_EQ(series->remainder, "a");
  EXPECT_TRUE(series->part_in_total);
}

TEST(example_series, two_metrics_count_apart) {
  const auto series = make_example(metric("fast_total", R"(all_total{code!~"5.."})"));
  ASSERT_TRUE(series);
  EXPECT_EQ(series->part, "fast_total");
  EXPECT_EQ(series->remainder, "all_total");
  EXPECT_FALSE(series->part_in_total);
}

TEST(example_series, says_when_there_is_none) {
  EXPECT_FALSE(make_example(metric("a", "a")));
  EXPECT_FALSE(make_example(metric(R"(a{b=~"x[0-9]+"})", "a")));
  EXPECT_FALSE(make_example(metric(R"(a{b="1",b="2"})", "a")));
  EXPECT_FALSE(make_example(metric("b", R"(a{c!~"\\d+"})")));
}

TEST(minute_history, burns_by_what_a_window_holds) {
  slo::minute_history h(example());
  h.append(60, 100, 0);
  h.append(30, 100, 50);
  EXPECT_DOUBLE_EQ(h.burn_rate(60, 90), 25);
  EXPECT_DOUBLE_EQ(h.burn_rate(5, 90), 50);
  EXPECT_DOUBLE_EQ(h.burn_rate(60, 60), 0);
}

TEST(minute_history, an_alert_waits_for_a_tenth_of_its_window) {
  const auto page = slo::alert_windows(28 * 24 * 60).front();
  slo::minute_history h(example());
  h.append(10, 100, 100);
  EXPECT_FALSE(h.firing(page, 5));
  EXPECT_TRUE(h.firing(page, 6));
}

TEST(rule_tests, one_for_each_alert) {
  const auto tests = tests_of(example());
  ASSERT_TRUE(tests);
  EXPECT_EQ(tests->size(), 5u);
}

TEST(rule_tests, silent_then_firing_then_resolved) {
  const auto tests = tests_of(example());
  const auto& page = tests->front();
  ASSERT_EQ(page.checks.size(), 3u);
  const auto fires = [](const slo::alert_check& check) {
    for (const auto& alert : check.firing) {
      for (const auto& [name, value] : alert.labels) {
        if (name == "long_window" && value == "1h") return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(fires(page.checks[0]));
  EXPECT_TRUE(fires(page.checks[1]));
  EXPECT_FALSE(fires(page.checks[2]));
}

TEST(rule_tests, the_level_is_lowered_where_all_failing_does_not_reach_it) {
  const auto tests = tests_of(example("0.93"));
  ASSERT_TRUE(tests);
  EXPECT_THAT(tests->front().name, HasSubstr("firing at 1.031 times"));
}

TEST(rule_tests, there_are_none_without_example_series) {
  auto o = example();
  o.counters = metric("a", "a");
  EXPECT_FALSE(tests_of(o));
}

}  // namespace
