#include "slo/rules/rule_yaml.hpp"

#include <gtest/gtest.h>

namespace {

using slo::rule;

/// A group by hand, so that the golden texts show the formats and nothing else.
std::vector<slo::rule_group> groups() {
  return {{"slo-web",
           "1m",
           {{rule::kind::record, "a", "sum(\n  x\n)", {}, {{"slo_id", "web"}}, {}},
            {rule::kind::alert,
             "Burn",
             "a > 1",
             "10m",
             {{"severity", "critical"}},
             {{"summary", "It burns."}}}}}};
}

std::string marked(const char* text) {
  return std::string(slo::generated_marker) + "\n" + text;
}

TEST(rule_yaml, is_a_rule_file) {
  EXPECT_EQ(slo::rule_file_yaml(groups()), marked(R"(groups:
  - name: slo-web
    interval: 1m
    rules:
      - record: a
        expr: |-
          sum(
            x
          )
        labels:
          slo_id: web
      - alert: Burn
        expr: 'a > 1'
        for: 10m
        labels:
          severity: critical
        annotations:
          summary: 'It burns.'
)"));
}

TEST(rule_yaml, is_a_resource_of_the_prometheus_operator) {
  EXPECT_EQ(slo::prometheus_rule_yaml(groups(), {"slo-web", "shop", {{"release", "kps"}}}),
            marked(R"(apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: slo-web
  namespace: shop
  labels:
    app.kubernetes.io/component: SLO
    app.kubernetes.io/managed-by: remora-slo
    release: kps
spec:
  groups:
    - name: slo-web
      interval: 1m
      rules:
        - record: a
          expr: |-
            sum(
              x
            )
          labels:
            slo_id: web
        - alert: Burn
          expr: 'a > 1'
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: 'It burns.'
)"));
}

TEST(rule_yaml, a_resource_without_a_namespace_goes_where_it_is_applied) {
  const auto text = slo::prometheus_rule_yaml(groups(), {"slo-web", "", {}});
  EXPECT_EQ(text.find("namespace"), std::string::npos);
}

TEST(test_yaml, expects_alerts_and_values) {
  slo::rule_test test;
  test.name = "web: burns";
  test.input = {{"x{job=\"j\"}", "0+1x10"}};
  test.checks = {{3, "Burn", {}},
                 {5, "Burn", {{{{"severity", "critical"}}, {{"summary", "It burns."}}}}}};
  test.values = {{5, "count(a)", "{}", "1"}, {5, "b\n+ c", "{}", ""}};
  EXPECT_EQ(slo::test_file_yaml("../web.rules.yaml", {"slo-web", "slo-web-long"}, {test}),
            marked(R"(rule_files:
  - '../web.rules.yaml'
evaluation_interval: 1m
group_eval_order:
  - slo-web
  - slo-web-long
tests:
  - name: 'web: burns'
    interval: 1m
    input_series:
      - series: 'x{job="j"}'
        values: '0+1x10'
    alert_rule_test:
      - eval_time: 3m
        alertname: Burn
        exp_alerts: []
      - eval_time: 5m
        alertname: Burn
        exp_alerts:
          - exp_labels:
              severity: critical
            exp_annotations:
              summary: 'It burns.'
    promql_expr_test:
      - eval_time: 5m
        expr: 'count(a)'
        exp_samples:
          - labels: '{}'
            value: 1
      - eval_time: 5m
        expr: |-
          b
          + c
        exp_samples: []
)"));
}

}  // namespace
