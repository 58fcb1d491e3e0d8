#include "slo/rules/rule_yaml.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string_view>

namespace slo {

namespace {

/// `5m`, `28d`: text for every YAML reader, in spite of its digits.
bool is_span(std::string_view text) {
  return text.size() > 1 && std::string_view("smhd").find(text.back()) != std::string_view::npos &&
         std::all_of(text.begin(), text.end() - 1,
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_plain(std::string_view text) {
  constexpr std::string_view reserved[] = {"true", "false", "null", "yes", "no",
                                           "on",   "off",   "y",    "n"};
  if (is_span(text)) return true;
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.front()))) return false;
  if (std::find(std::begin(reserved), std::end(reserved), text) != std::end(reserved)) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-';
  });
}

bool is_printable(unsigned char c) {
  return c >= 0x20 && c != '\'';
}

/// A scalar on one line: plain where nothing can be misread, single-quoted where that needs no
/// escape, double-quoted otherwise.
std::string scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  if (std::all_of(text.begin(), text.end(), is_printable)) return "'" + std::string(text) + "'";
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(c));
      out += escape;
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Lines with their indentation.
class yaml_writer {
 public:
  void line(int indent, const std::string& text) {
    out_.append(static_cast<std::size_t>(indent), ' ').append(text).append("\n");
  }
  void block(int indent, const std::string& key, const std::string& text) {
    if (text.find('\n') == std::string::npos) {
      line(indent, key + ": " + scalar(text));
      return;
    }
    line(indent, key + ": |-");
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      line(indent + 2, std::string(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  void labels(int indent, const std::string& key, const label_list& list) {
    if (list.empty()) return;
    line(indent, key + ":");
    for (const auto& [name, value] : list) line(indent + 2, name + ": " + scalar(value));
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

void write_rule(yaml_writer& out, const rule& r) {
  out.line(6, std::string(r.is == rule::kind::record ? "- record: " : "- alert: ") + r.name);
  out.block(8, "expr", r.expression);
  if (!r.hold.empty()) out.line(8, "for: " + r.hold);
  out.labels(8, "labels", r.labels);
  out.labels(8, "annotations", r.annotations);
}

void write_check(yaml_writer& out, const alert_check& check) {
  out.line(6, "- eval_time: " + std::to_string(check.minute) + "m");
  out.line(8, "alertname: " + check.alert);
  if (check.firing.empty()) {
    out.line(8, "exp_alerts: []");
    return;
  }
  out.line(8, "exp_alerts:");
  for (const auto& alert : check.firing) {
    out.line(10, "- exp_labels:");
    for (const auto& [name, value] : alert.labels) out.line(14, name + ": " + scalar(value));
    out.labels(12, "exp_annotations", alert.annotations);
  }
}

}  // namespace

std::string rule_file_yaml(const std::vector<rule_group>& groups) {
  yaml_writer out;
  out.line(0, generated_marker);
  out.line(0, "groups:");
  for (const auto& group : groups) {
    out.line(2, "- name: " + scalar(group.name));
    out.line(4, "interval: " + group.interval);
    out.line(4, "rules:");
    for (const auto& r : group.rules) write_rule(out, r);
  }
  return std::move(out).take();
}

std::string test_file_yaml(const std::string& rule_file, const std::vector<rule_test>& tests) {
  yaml_writer out;
  out.line(0, generated_marker);
  out.line(0, "rule_files:");
  out.line(2, "- " + scalar(rule_file));
  out.line(0, "evaluation_interval: 1m");
  out.line(0, "tests:");
  for (const auto& test : tests) {
    out.line(2, "- name: " + scalar(test.name));
    out.line(4, "interval: 1m");
    out.line(4, "input_series:");
    for (const auto& input : test.input) {
      out.line(6, "- series: " + scalar(input.series));
      out.line(8, "values: " + scalar(input.values));
    }
    out.line(4, "alert_rule_test:");
    for (const auto& check : test.checks) write_check(out, check);
  }
  return std::move(out).take();
}

}  // namespace slo
