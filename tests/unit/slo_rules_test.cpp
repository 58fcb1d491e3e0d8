#include "slo/rules/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "slo/rules/delta_expression.hpp"
#include "slo/rules/rule_yaml.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;
using testing::Not;

const slo::rule* find(const slo::rule_group& group, const std::string& name,
                      const std::string& window = {}) {
  for (const auto& r : group.rules) {
    if (r.name != name) continue;
    const auto has = [&](const char* label) {
      for (const auto& [key, value] : r.labels) {
        if (key == label && value == window) return true;
      }
      return false;
    };
    if (window.empty() || has("window") || has("long_window")) return &r;
  }
  return nullptr;
}

TEST(sample_range, is_a_second_less_than_the_window) {
  EXPECT_EQ(slo::sample_range(5), "4m59s");
  EXPECT_EQ(slo::sample_range(60), "59m59s");
  EXPECT_EQ(slo::sample_range(120), "1h59m59s");
  EXPECT_EQ(slo::sample_range(24 * 60), "23h59m59s");
  EXPECT_EQ(slo::sample_range(3 * 24 * 60), "2d23h59m59s");
  EXPECT_EQ(slo::sample_range(28 * 24 * 60), "27d23h59m59s");
}

TEST(minute_delta, asks_the_counters_own_targets_about_new_series) {
  const auto query = slo::parse_metric_query(R"(a_total{job="j",code="x",instance=~"i.*"})");
  const auto expression = slo::minute_delta(query->counter);
  EXPECT_THAT(expression, HasSubstr(R"(up{job="j",instance=~"i.*"}[59s] offset 1m) == 1)"));
  EXPECT_THAT(expression, HasSubstr(R"(process_start_time_seconds{job="j",instance=~"i.*"}[59s])"));
}

TEST(rules, every_one_carries_the_slos_identity) {
  for (const auto& r : rules_of(example()).rules) {
    for (const char* label : {"slo_id", "slo_service", "slo_name"}) {
      EXPECT_TRUE(std::any_of(r.labels.begin(), r.labels.end(),
                              [&](const auto& l) { return l.first == label; }))
          << r.name << " " << label;
    }
  }
}

TEST(rules, no_two_record_the_same_series) {
  std::set<std::string> seen;
  for (const auto& r : rules_of(example()).rules) {
    EXPECT_TRUE(seen.insert(slo::series_text(r.name, r.labels)).second) << r.name;
  }
}

TEST(rules, are_in_the_order_of_their_dependencies) {
  const auto group = rules_of(example());
  std::set<std::string> known;
  for (const auto& r : group.rules) {
    for (const char* dependency :
         {"slo:total:delta1m", "slo:bad:delta1m", "slo:events:sum", "slo:bad_events:sum",
          "slo:error:ratio", "slo:burn_rate:ratio", "slo:coverage:ratio"}) {
      if (r.expression.find(dependency) != std::string::npos) {
        EXPECT_TRUE(known.contains(dependency)) << r.name << " needs " << dependency;
      }
    }
    known.insert(r.name);
  }
}

TEST(rules, windows_up_to_three_days_sum_minutes_and_longer_ones_hours) {
  const auto group = rules_of(example());
  EXPECT_EQ(find(group, "slo:events:sum", "3d")->expression,
            R"(sum_over_time(slo:total:delta1m{slo_id="web"}[2d23h59m59s]))");
  EXPECT_EQ(find(group, "slo:events:sum", "28d")->expression,
            "sum_over_time(slo:events:sum{slo_id=\"web\",window=\"1h\"}[27d23h59m59s:1h])\n"
            "or slo:events:sum{slo_id=\"web\",window=\"1h\"}");
  EXPECT_THAT(find(group, "slo:coverage:ratio", "28d")->expression, HasSubstr("/ 672"));
}

TEST(rules, no_events_give_no_ratio_instead_of_nan) {
  EXPECT_THAT(find(rules_of(example()), "slo:error:ratio", "1h")->expression, HasSubstr("> 0)"));
}

TEST(rules, numbers_are_decimal) {
  const auto text = slo::rule_file_yaml({rules_of(example("0.9995"))});
  EXPECT_THAT(text, HasSubstr("/ 0.0005"));
  EXPECT_THAT(text, HasSubstr("vector(0.9995)"));
  EXPECT_THAT(text, Not(HasSubstr("0000000")));
}

TEST(rules, bad_events_are_the_rest_when_good_ones_are_counted) {
  EXPECT_THAT(find(rules_of(example()), "slo:bad:delta1m")->expression,
              testing::StartsWith("sum(slo:total:delta1m{slo_id=\"web\"}) - ("));
  auto o = example();
  o.counters->part_is = slo::event_kind::bad;
  EXPECT_THAT(find(rules_of(o), "slo:bad:delta1m")->expression, testing::StartsWith("sum(\n"));
}

TEST(burn_alert, needs_both_windows_and_a_tenth_of_the_long_one) {
  const auto group = rules_of(example());
  const auto* page = find(group, slo::burn_alert_name, "1h");
  EXPECT_EQ(page->expression,
            "max without (window) (slo:burn_rate:ratio{slo_id=\"web\",window=\"1h\"}) > 13.44\n"
            "and max without (window) (slo:burn_rate:ratio{slo_id=\"web\",window=\"5m\"}) > 13.44\n"
            "and max without (window) (slo:coverage:ratio{slo_id=\"web\",window=\"1h\"}) >= 0.1");
  EXPECT_EQ(page->labels.front(), (std::pair<std::string, std::string>("severity", "critical")));
  EXPECT_EQ(page->annotations.back().second, "alerts/runbooks/SLOErrorBudgetBurn.md");
}

TEST(annotations, braces_in_a_name_are_no_template) {
  auto o = example();
  o.display_name = "{{ .Oops";
  const auto group = rules_of(o);
  EXPECT_THAT(find(group, slo::no_data_alert_name)->annotations.front().second,
              testing::StartsWith("{{ \"{{\" }} .Oops"));
}

TEST(rule_yaml, quotes_what_could_be_misread) {
  slo::rule r;
  r.name = "a";
  r.expression = "vector(1)";
  r.labels = {{"plain", "web-1"}, {"window", "5m"},  {"word", "true"},
              {"number", "1"},    {"quote", "it's"}, {"both", "\"\\\x01"}};
  EXPECT_EQ(slo::rule_file_yaml({{"g", "1m", {r}}}),
            std::string(slo::generated_marker) +
                "\ngroups:\n  - name: g\n    interval: 1m\n    rules:\n      - record: a\n"
                "        expr: 'vector(1)'\n        labels:\n          plain: web-1\n"
                "          window: 5m\n          word: 'true'\n          number: '1'\n"
                "          quote: \"it's\"\n          both: \"\\\"\\\\\\x01\"\n");
}

}  // namespace
