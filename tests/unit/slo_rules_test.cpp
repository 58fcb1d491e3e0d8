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

using slo::rule;

/// All rules of an objective, in the order of its groups.
std::vector<rule> all_rules(const slo::objective& o) {
  std::vector<rule> out;
  for (const auto& group : rules_of(o)) {
    out.insert(out.end(), group.rules.begin(), group.rules.end());
  }
  return out;
}

std::string label_of(const rule& r, const std::string& name) {
  for (const auto& [key, value] : r.labels) {
    if (key == name) return value;
  }
  return {};
}

/// The rule of that name; with a window, the one whose label `window` or `long_window` it is.
rule find(const slo::objective& o, const std::string& name, const std::string& window = {}) {
  for (const auto& r : all_rules(o)) {
    if (r.name != name) continue;
    if (label_of(r, "window") == window || label_of(r, "long_window") == window) return r;
  }
  ADD_FAILURE() << "there is no rule " << name << " " << window;
  return {};
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
  for (const auto& r : all_rules(example())) {
    for (const char* label : {"slo_id", "slo_service", "slo_name"}) {
      EXPECT_TRUE(std::any_of(r.labels.begin(), r.labels.end(),
                              [&](const auto& l) { return l.first == label; }))
          << r.name << " " << label;
    }
  }
}

TEST(rules, no_two_record_the_same_series) {
  std::set<std::string> seen;
  for (const auto& r : all_rules(example())) {
    EXPECT_TRUE(seen.insert(slo::series_text(r.name, r.labels)).second) << r.name;
  }
}

TEST(rules, are_in_the_order_of_their_dependencies) {
  std::set<std::string> known;
  for (const auto& r : all_rules(example())) {
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

TEST(rules, a_rule_covers_every_window_that_is_recorded_each_minute) {
  EXPECT_THAT(find(example(), "slo:events:sum").expression,
              testing::AllOf(HasSubstr("[4m59s]), \"window\", \"5m\""),
                             HasSubstr("[29m59s]), \"window\", \"30m\""),
                             HasSubstr("[5h59m59s]), \"window\", \"6h\""), Not(HasSubstr("1d"))));
  EXPECT_THAT(find(example(), "slo:burn_rate:ratio").expression,
              HasSubstr("window=~\"5m|30m|1h|2h|6h\""));
}

TEST(rules, windows_up_to_three_days_sum_minutes_and_longer_ones_hours) {
  EXPECT_EQ(find(example(), "slo:events:sum", "3d").expression,
            R"(sum_over_time(slo:total:delta1m{slo_id="web"}[2d23h59m59s]))");
  EXPECT_EQ(find(example(), "slo:events:sum", "28d").expression,
            "sum_over_time(slo:events:sum{slo_id=\"web\",window=\"1h\"}[27d23h59m59s:1h])"
            " or slo:events:sum{slo_id=\"web\",window=\"1h\"}");
  EXPECT_THAT(find(example(), "slo:coverage:ratio", "28d").expression, HasSubstr("/ 672"));
}

TEST(rules, what_pages_is_evaluated_every_minute_and_the_rest_every_five) {
  const auto groups = rules_of(example());
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].name, "slo-web");
  EXPECT_EQ(groups[0].interval, "1m");
  EXPECT_EQ(groups[1].name, "slo-web-long");
  EXPECT_EQ(groups[1].interval, "5m");
  for (const auto& group : groups) {
    for (const auto& r : group.rules) {
      if (r.name != slo::burn_alert_name) continue;
      EXPECT_EQ(label_of(r, "severity"), &group == &groups[0] ? "critical" : "warning");
    }
  }
}

TEST(rules, no_events_give_no_ratio_instead_of_nan) {
  EXPECT_THAT(find(example(), "slo:error:ratio", "1d").expression, HasSubstr("> 0)"));
}

TEST(rules, numbers_are_decimal) {
  const auto text = slo::rule_file_yaml(rules_of(example("0.9995")));
  EXPECT_THAT(text, HasSubstr("/ 0.0005"));
  EXPECT_THAT(text, HasSubstr("vector(0.9995)"));
  EXPECT_THAT(text, Not(HasSubstr("0000000")));
}

TEST(rules, bad_events_are_the_rest_when_good_ones_are_counted) {
  EXPECT_THAT(find(example(), "slo:bad:delta1m").expression,
              testing::StartsWith("sum(slo:total:delta1m{slo_id=\"web\"}) - ("));
  auto o = example();
  o.counters->part_is = slo::event_kind::bad;
  EXPECT_THAT(find(o, "slo:bad:delta1m").expression, testing::StartsWith("sum(\n"));
}

TEST(rules, keep_the_labels_that_an_objective_is_grouped_by) {
  auto o = example();
  o.grouping = {"cluster", "tenant"};
  EXPECT_THAT(find(o, "slo:total:delta1m").expression,
              testing::StartsWith("sum by (cluster, tenant) ("));
  EXPECT_THAT(find(o, "slo:bad:delta1m").expression,
              HasSubstr("or sum by (cluster, tenant) (0 * slo:total:delta1m"));
  EXPECT_THAT(find(o, slo::burn_alert_name, "1h").annotations[1].second,
              HasSubstr("cluster={{ $labels.cluster }}, tenant={{ $labels.tenant }}."));
  EXPECT_THAT(find(o, slo::no_data_alert_name).expression, HasSubstr("unless"));
}

TEST(burn_alert, needs_both_windows_a_tenth_of_the_long_one_and_five_bad_events) {
  const auto page = find(example(), slo::burn_alert_name, "1h");
  EXPECT_EQ(page.expression,
            "max without (window) (\n"
            "  slo:burn_rate:ratio{slo_id=\"web\",window=\"1h\"} > 13.44\n"
            "  and ignoring (window) slo:burn_rate:ratio{slo_id=\"web\",window=\"5m\"} > 13.44\n"
            "  and ignoring (window) slo:coverage:ratio{slo_id=\"web\",window=\"1h\"} >= 0.1\n"
            "  and ignoring (window) slo:bad_events:sum{slo_id=\"web\",window=\"1h\"} >= 5\n"
            ")");
  EXPECT_EQ(page.labels.front(), (std::pair<std::string, std::string>("severity", "critical")));
  EXPECT_EQ(page.annotations.back().second, "alerts/runbooks/SLOErrorBudgetBurn.md");
}

TEST(burn_alert, runbooks_and_the_guard_can_be_chosen) {
  const auto groups = rules_of(example(), {"https://runbooks.example/", 1});
  const auto& alert = groups.front().rules.at(7);
  ASSERT_EQ(alert.name, slo::burn_alert_name);
  EXPECT_EQ(alert.annotations.back().second, "https://runbooks.example/SLOErrorBudgetBurn.md");
  EXPECT_THAT(alert.expression, Not(HasSubstr("bad_events")));
}

TEST(exhausted_alert, fires_when_nothing_is_left) {
  const auto alert = find(example(), slo::exhausted_alert_name);
  EXPECT_THAT(alert.expression, HasSubstr("slo:error_budget_remaining:ratio{slo_id=\"web\"} <= 0"));
  EXPECT_THAT(alert.expression,
              HasSubstr("slo:coverage:ratio{slo_id=\"web\",window=\"28d\"} >= 0.1"));
}

TEST(policy_alert, is_as_it_was_written) {
  auto o = example();
  slo::alert_policy policy;
  policy.name = "fast";
  policy.severity = "page";
  policy.op = slo::comparison::gte;
  policy.threshold = *slo::decimal::parse("2.5");
  policy.lookback_minutes = 45;
  policy.after_minutes = 7;
  policy.when_no_data = policy.when_resolved = true;
  policy.targets = {{"on-call", "pagerduty", ""}, {"log", "slack", ""}};
  o.policies = {policy};
  const auto alert = find(o, slo::policy_alert_name, "45m");
  EXPECT_THAT(alert.expression,
              HasSubstr("slo:burn_rate:ratio{slo_id=\"web\",window=\"45m\"} >= 2.5"));
  EXPECT_EQ(alert.hold, "7m");
  EXPECT_EQ(label_of(alert, "severity"), "page");
  EXPECT_EQ(label_of(alert, "policy"), "fast");
  EXPECT_EQ(label_of(alert, "notify"), "on-call,log");
  EXPECT_EQ(label_of(alert, "notify_resolved"), "true");
  EXPECT_THAT(find(o, "slo:events:sum").expression, HasSubstr("\"45m\""));
  const auto rules = all_rules(o);
  EXPECT_EQ(std::count_if(rules.begin(), rules.end(),
                          [](const auto& r) { return r.name == slo::no_data_alert_name; }),
            2);
}

TEST(slices, are_recorded_when_they_end_and_counted_over_windows) {
  auto o = example();
  o.slices = slo::time_slices{5, slo::decimal::parse("0.93")};
  EXPECT_EQ(find(o, "slo:bad_slices:delta").expression,
            "(\n  sum_over_time(slo:bad:delta1m{slo_id=\"web\"}[4m59s])\n"
            "  / (sum_over_time(slo:total:delta1m{slo_id=\"web\"}[4m59s]) > 0)\n"
            "  > bool 0.07\n)\nand on () (floor(vector(time()) / 60) % 5 == 0)");
  EXPECT_THAT(find(o, "slo:events:sum", "3d").expression,
              HasSubstr("slo:total_slices:delta{slo_id=\"web\"}[2d23h59m59s]"));
  o.slices->target.reset();
  EXPECT_THAT(find(o, "slo:bad_slices:delta").expression, HasSubstr("clamp("));
}

TEST(approximate, rules_average_samples_and_say_so) {
  auto o = example();
  o.counters.reset();
  o.sli = slo::threshold_metric{
      {"histogram_quantile(0.9, rate(s_bucket[{{ .window }}]))", {}, std::nullopt, {}}};
  o.limit = slo::value_limit{slo::comparison::lt, *slo::decimal::parse("0.3")};
  EXPECT_THAT(find(o, "slo:error:ratio1m").expression,
              testing::AllOf(HasSubstr("rate(s_bucket[2m])"), HasSubstr("< bool 0.3")));
  EXPECT_THAT(find(o, "slo:error:ratio", "1d").expression, HasSubstr("avg_over_time("));
  for (const auto& r : all_rules(o)) {
    EXPECT_EQ(label_of(r, "approximate"), "true") << r.name;
    EXPECT_THAT(r.expression, Not(HasSubstr("slo:bad_events:sum"))) << r.name;
  }
  EXPECT_THAT(rules_of(o).front().comment, HasSubstr("web is approximate: "));
  EXPECT_THAT(slo::rule_file_yaml(rules_of(o)), HasSubstr("\n  # web is approximate: "));
}

TEST(composite, burns_what_its_members_burn) {
  auto a = example();
  auto b = example("0.95");
  auto whole = example();
  a.id = "web-1";
  b.id = "web-2";
  a.part_of = b.part_of = whole.id;
  whole.counters.reset();
  whole.target = {};
  whole.members = {{"web-1", *slo::decimal::parse("0.5")}, {"web-2", {1, 0}}};
  const auto groups = slo::rules_of(slo::slo_objectives{&a, &b, &whole});
  ASSERT_EQ(groups.size(), 2u);
  std::string burn;
  for (const auto& r : groups[1].rules) {
    if (r.name == "slo:burn_rate:ratio" && label_of(r, "slo_id") == "web" &&
        label_of(r, "window") == "1d") {
      burn = r.expression;
    }
    if (r.name == slo::burn_alert_name) {
      EXPECT_EQ(label_of(r, "slo_id"), "web");
    }
  }
  EXPECT_EQ(burn,
            "0.5 * (sum by (window) (slo:burn_rate:ratio{slo_id=\"web-1\",window=\"1d\"})"
            " or 0 * sum by (window) (slo:coverage:ratio{slo_id=\"web-1\",window=\"1d\"}))\n"
            "+ (sum by (window) (slo:burn_rate:ratio{slo_id=\"web-2\",window=\"1d\"})"
            " or 0 * sum by (window) (slo:coverage:ratio{slo_id=\"web-2\",window=\"1d\"}))");
}

TEST(annotations, braces_in_a_name_are_no_template) {
  auto o = example();
  o.display_name = "{{ .Oops";
  EXPECT_THAT(find(o, slo::no_data_alert_name).annotations.front().second,
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
