#include "slo/rules/rule_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

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
  EXPECT_FALSE(make_example(metric(R"(a{b=~"x(?i)y"})", "a")));
  EXPECT_FALSE(make_example(metric(R"(a{b="1",b="2"})", "a")));
  EXPECT_FALSE(make_example(metric("b", R"(a{c=~"\\p{Greek}"})")));
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

TEST(example_series, follows_regular_expressions) {
  const auto part_of = [](const char* expression) {
    const auto found =
        make_example(metric((std::string("a{b=~\"") + expression + "\"}").c_str(), R"(a{b!=""})"));
    return found ? found->part : "";
  };
  EXPECT_EQ(part_of("5.."), R"(a{b="5xx"})");
  EXPECT_EQ(part_of("x[0-9]+"), R"(a{b="x0"})");
  EXPECT_EQ(part_of("(GET|POST)-v[^0]?"), R"(a{b="GET-vx"})");
  EXPECT_EQ(part_of("a{3}\\\\.b"), R"(a{b="aaa.b"})");
}

TEST(example_series, breaks_the_parts_condition_when_the_total_has_none) {
  const auto series = make_example(metric(R"(a{code!~"5.."})", "a"));
  ASSERT_TRUE(series);
  EXPECT_EQ(series->part, "a");
  EXPECT_EQ(series->remainder, R"(a{code="5xx"})");
}

TEST(example_series, both_have_the_same_group) {
  const auto series =
      make_example(metric(R"(a{r="ok",zone=~"x|y"})", R"(a{zone=~"x|y"})"), {"zone", "tenant"});
  ASSERT_TRUE(series);
  EXPECT_EQ(series->part, R"(a{r="ok",zone="x",tenant="example"})");
  EXPECT_EQ(series->remainder, R"(a{zone="x",tenant="example"})");
  EXPECT_EQ(series->group, (slo::label_list{{"zone", "x"}, {"tenant", "example"}}));
}

TEST(rule_tests, one_for_each_alert) {
  const auto made = slo::tests_of(example());
  EXPECT_EQ(made.tests.size(), 6u);
  EXPECT_THAT(made.notes, testing::IsEmpty());
}

TEST(rule_tests, silent_then_firing_then_resolved) {
  const auto tests = slo::tests_of(example()).tests;
  const auto& page = tests.front();
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
  const auto tests = slo::tests_of(example("0.93")).tests;
  ASSERT_FALSE(tests.empty());
  EXPECT_THAT(tests.front().name, testing::ContainsRegex("firing at 1\\.0[0-9]+ times"));
}

TEST(rule_tests, begin_at_the_windows_without_example_series) {
  auto o = example();
  o.counters = metric("a", "a");
  const auto made = slo::tests_of(o);
  EXPECT_EQ(made.tests.size(), 6u);
  EXPECT_THAT(made.notes, testing::ElementsAre(HasSubstr("begin at the sums over windows")));
  EXPECT_THAT(made.tests.front().input.front().series, HasSubstr("slo:coverage:ratio{"));
}

TEST(rule_tests, expect_the_alerts_of_every_line_of_an_slo) {
  const auto first = example();
  auto second = example("0.985");
  second.id = "web-2";
  const auto made = slo::tests_of(first, {&first, &second});
  bool both = false;
  for (const auto& test : made.tests) {
    for (const auto& check : test.checks) {
      std::set<std::string> ids;
      for (const auto& alert : check.firing) {
        for (const auto& [name, value] : alert.labels) {
          if (name == "slo_id") ids.insert(value);
        }
      }
      both = both || ids.size() == 2;
    }
  }
  EXPECT_TRUE(both);
}

}  // namespace
