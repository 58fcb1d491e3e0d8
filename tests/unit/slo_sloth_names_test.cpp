#include "slo/rules/sloth_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/rules/rule_yaml.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::rule;
using slo::tests::example;

slo::label_list ours(const char* window = nullptr) {
  slo::label_list out{{"slo_id", "web"}, {"slo_service", "shop"}};
  if (window) out.emplace_back("window", window);
  return out;
}

rule record(const char* name, const char* window = nullptr) {
  return {rule::kind::record, name, "x", {}, ours(window), {}};
}

/// Rules by hand, so that the golden text shows what sloth's names add to them and nothing else.
std::vector<slo::rule_group> some_rules() {
  return {{"slo-web",
           "1m",
           {record("slo:total:delta1m"),
            record("slo:error:ratio", "5m"),
            record("slo:burn_rate:ratio", "5m"),
            record("slo:burn_rate:ratio", "1h"),
            record("slo:objective:ratio"),
            record("slo:period:days"),
            {rule::kind::alert,
             slo::burn_alert_name,
             "y",
             {},
             {{"severity", "critical"}, {"slo_id", "web"}},
             {{"summary", "Now."}}}}},
          {"slo-web-slow",
           "5m",
           {record("slo:error:ratio", "28d"), record("slo:burn_rate:ratio", "28d"),
            record("slo:error_budget_remaining:ratio")}}};
}

std::vector<slo::rule_group> named(const slo::objective& o, std::vector<slo::rule_group> groups) {
  return slo::with_sloth_names({&o}, std::move(groups));
}

constexpr const char* golden = R"(groups:
  - name: slo-web
    interval: 1m
    rules:
      - record: slo:total:delta1m
        expr: x
        labels:
          slo_id: web
          slo_service: shop
      - record: slo:error:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          window: 5m
      - record: slo:sli_error:ratio_rate5m
        expr: 'max without (window) (slo:error:ratio{slo_id="web",window="5m"})'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
          sloth_window: 5m
      - record: slo:burn_rate:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          window: 5m
      - record: slo:current_burn_rate:ratio
        expr: 'max without (window) (slo:burn_rate:ratio{slo_id="web",window="5m"})'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
      - record: slo:burn_rate:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          window: 1h
      - record: slo:objective:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
      - record: slo:period:days
        expr: x
        labels:
          slo_id: web
          slo_service: shop
      - record: slo:time_period:days
        expr: 'slo:period:days{slo_id="web"}'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
      - record: sloth_slo_info
        expr: 'vector(1)'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
          sloth_mode: cli-gen-openslo
          sloth_objective: '99.9'
          sloth_spec: openslo/v1
          sloth_version: remora-slo
      - alert: SLOErrorBudgetBurn
        expr: 'y'
        labels:
          severity: critical
          slo_id: web
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
          sloth_severity: page
        annotations:
          summary: Now.
  - name: slo-web-slow
    interval: 5m
    rules:
      - record: slo:error:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          window: 28d
      - record: slo:sli_error:ratio_rate4w
        expr: 'max without (window) (slo:error:ratio{slo_id="web",window="28d"})'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
          sloth_window: '4w'
      - record: slo:burn_rate:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
          window: 28d
      - record: slo:period_burn_rate:ratio
        expr: 'max without (window) (slo:burn_rate:ratio{slo_id="web",window="28d"})'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
      - record: slo:error_budget_remaining:ratio
        expr: x
        labels:
          slo_id: web
          slo_service: shop
      - record: slo:period_error_budget_remaining:ratio
        expr: 'slo:error_budget_remaining:ratio{slo_id="web"}'
        labels:
          slo_id: web
          slo_service: shop
          sloth_id: shop-web
          sloth_service: shop
          sloth_slo: web
)";

TEST(sloth_names, stand_behind_what_they_are_computed_from) {
  EXPECT_EQ(slo::rule_file_yaml(named(example("0.999"), some_rules())),
            std::string(slo::generated_marker) + "\n" + golden);
}

TEST(sloth_names, spell_the_period_as_sloth_does) {
  for (const auto& [days, name] :
       {std::pair(7, "slo:sli_error:ratio_rate1w"), std::pair(30, "slo:sli_error:ratio_rate30d"),
        std::pair(90, "slo:sli_error:ratio_rate90d"),
        std::pair(365, "slo:sli_error:ratio_rate1y")}) {
    const auto o = example("0.99", days);
    const auto made = named(o, {{"g", "1m", {record("slo:error:ratio", o.period.label.c_str())}}});
    EXPECT_EQ(made[0].rules.back().name, name);
  }
}

TEST(sloth_names, an_objective_without_error_ratios_has_none_of_them) {
  const auto made = named(example(), {{"g", "1m", {record("slo:burn_rate:ratio", "5m")}}});
  ASSERT_EQ(made[0].rules.size(), 2u);
  EXPECT_EQ(made[0].rules[1].name, "slo:current_burn_rate:ratio");
}

TEST(sloth_names, a_rule_for_several_windows_has_a_name_for_each) {
  const auto made =
      named(example(), {{"g", "1m", {record("slo:error:ratio"), record("slo:burn_rate:ratio")}}});
  std::vector<std::string> names;
  for (const auto& r : made[0].rules) names.push_back(r.name);
  EXPECT_THAT(names,
              testing::ElementsAre("slo:error:ratio", "slo:sli_error:ratio_rate5m",
                                   "slo:sli_error:ratio_rate30m", "slo:sli_error:ratio_rate1h",
                                   "slo:sli_error:ratio_rate2h", "slo:sli_error:ratio_rate6h",
                                   "slo:burn_rate:ratio", "slo:current_burn_rate:ratio"));
}

TEST(sloth_names, tests_expect_them) {
  const auto o = example();
  slo::rule_test test;
  test.checks.push_back({3, slo::burn_alert_name, {}});
  test.checks.push_back(
      {5, slo::burn_alert_name, {{{{"severity", "warning"}, {"slo_id", "web"}}, {}}}});
  const auto made = slo::with_sloth_names({&o}, std::vector<slo::rule_test>{test, test});
  EXPECT_EQ(made[0].checks[1].firing[0].labels, (slo::label_list{{"severity", "warning"},
                                                                 {"slo_id", "web"},
                                                                 {"sloth_id", "shop-web"},
                                                                 {"sloth_service", "shop"},
                                                                 {"sloth_slo", "web"},
                                                                 {"sloth_severity", "ticket"}}));
  ASSERT_EQ(made[0].values.size(), 2u);
  EXPECT_EQ(made[0].values[0].minute, 5);
  EXPECT_EQ(made[0].values[0].expression,
            "count(slo:sli_error:ratio_rate5m{sloth_id=\"shop-web\",sloth_service=\"shop\","
            "sloth_slo=\"web\"} == on (slo_id) slo:error:ratio{slo_id=\"web\",window=\"5m\"})");
  EXPECT_TRUE(made[1].values.empty());
}

}  // namespace
