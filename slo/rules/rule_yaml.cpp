#include "slo/rules/rule_yaml.hpp"

#include <algorithm>
#include <string_view>

#include "slo/rules/yaml_writer.hpp"

namespace slo {

namespace {

void write_rule(yaml_writer& out, std::size_t indent, const rule& r) {
  out.line(indent, r.is == rule::kind::record ? "- record: " : "- alert: ", r.name);
  out.block(indent + 2, "expr", r.expression);
  if (!r.hold.empty()) out.line(indent + 2, "for: ", r.hold);
  out.labels(indent + 2, "labels", r.labels);
  out.labels(indent + 2, "annotations", r.annotations);
}

void write_comment(yaml_writer& out, std::size_t indent, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out.line(indent, "# ", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void write_groups(yaml_writer& out, std::size_t indent, const std::vector<rule_group>& groups) {
  out.line(indent, "groups:");
  for (const auto& group : groups) {
    write_comment(out, indent + 2, group.comment);
    out.scalar(indent + 2, "- name", group.name);
    out.line(indent + 4, "interval: ", group.interval);
    out.line(indent + 4, "rules:");
    for (const auto& r : group.rules) write_rule(out, indent + 6, r);
  }
}

void write_alert(yaml_writer& out, const expected_alert& alert) {
  out.line(10, "- exp_labels:");
  for (const auto& [name, value] : alert.labels) out.scalar(14, name, value);
  out.labels(12, "exp_annotations", alert.annotations);
}

void write_check(yaml_writer& out, const alert_check& check) {
  out.line(6, "- eval_time: ", std::to_string(check.minute), "m");
  out.line(8, "alertname: ", check.alert);
  out.line(8, check.firing.empty() ? "exp_alerts: []" : "exp_alerts:");
  for (const auto& alert : check.firing) write_alert(out, alert);
}

void write_value(yaml_writer& out, const value_check& check) {
  out.line(6, "- eval_time: ", std::to_string(check.minute), "m");
  out.block(8, "expr", check.expression);
  out.line(8, check.value.empty() ? "exp_samples: []" : "exp_samples:");
  if (check.value.empty()) return;
  out.scalar(10, "- labels", check.labels);
  out.line(12, "value: ", check.value);
}

void write_test(yaml_writer& out, const rule_test& test) {
  out.scalar(2, "- name", test.name);
  out.line(4, "interval: 1m");
  out.line(4, "input_series:");
  for (const auto& input : test.input) {
    out.scalar(6, "- series", input.series);
    out.scalar(8, "values", input.values);
  }
  if (!test.checks.empty()) out.line(4, "alert_rule_test:");
  for (const auto& check : test.checks) write_check(out, check);
  if (!test.values.empty()) out.line(4, "promql_expr_test:");
  for (const auto& check : test.values) write_value(out, check);
}

}  // namespace

std::string rule_file_yaml(const std::vector<rule_group>& groups) {
  yaml_writer out;
  out.line(0, generated_marker);
  write_groups(out, 0, groups);
  return std::move(out).take();
}

std::string prometheus_rule_yaml(const std::vector<rule_group>& groups,
                                 const resource_metadata& metadata) {
  yaml_writer out;
  out.line(0, generated_marker);
  out.line(0, "apiVersion: monitoring.coreos.com/v1");
  out.line(0, "kind: PrometheusRule");
  out.line(0, "metadata:");
  out.scalar(2, "name", metadata.name);
  if (!metadata.namespace_name.empty()) out.scalar(2, "namespace", metadata.namespace_name);
  out.line(2, "labels:");
  out.scalar(4, "app.kubernetes.io/component", "SLO");
  out.scalar(4, "app.kubernetes.io/managed-by", "remora-slo");
  for (const auto& [name, value] : metadata.labels) out.scalar(4, name, value);
  out.line(0, "spec:");
  write_groups(out, 2, groups);
  return std::move(out).take();
}

std::string test_file_yaml(const std::string& rule_file, const std::vector<std::string>& groups,
                           const std::vector<rule_test>& tests) {
  yaml_writer out;
  out.line(0, generated_marker);
  out.line(0, "rule_files:");
  out.item(2, rule_file);
  out.line(0, "evaluation_interval: 1m");
  out.line(0, "group_eval_order:");
  for (const auto& group : groups) out.item(2, group);
  out.line(0, "tests:");
  for (const auto& test : tests) write_test(out, test);
  return std::move(out).take();
}

}  // namespace slo
