#include "slo/rules/rule_builder.hpp"

#include <algorithm>
#include <iterator>

#include "slo/format/openslo_fields.hpp"

namespace slo {

label_list identity(const objective& o) {
  label_list out{{"slo_id", o.id}, {"slo_service", o.service}, {"slo_name", o.name}};
  if (is_approximate(o)) out.emplace_back("approximate", "true");
  return out;
}

std::string labelled_window(const std::string& expression, const std::string& label) {
  return "label_replace(" + expression + ", \"window\", \"" + label + "\", \"\", \"\")";
}

rule_builder::rule_builder(const objective& o, std::vector<long> windows, paced_rules& into)
    : o_(o), windows_(std::move(windows)), into_(into) {}

void rule_builder::record(pace p, const char* name, std::string expression,
                          const std::string& window) {
  rule out{rule::kind::record, name, std::move(expression), {}, identity(o_), {}};
  if (!window.empty()) out.labels.emplace_back("window", window);
  into_.at(p).push_back(std::move(out));
}

void rule_builder::alert(pace p, rule alert) {
  alert.is = rule::kind::alert;
  for (auto& label : identity(o_)) alert.labels.push_back(std::move(label));
  into_.at(p).push_back(std::move(alert));
}

std::vector<window_set> rule_builder::window_sets() const {
  std::vector<window_set> out(1);
  for (const long window : windows_) {
    if (pace_of(window) == pace::prompt) {
      out.front().windows.push_back(window);
    } else {
      out.push_back({pace::relaxed, {window}, span_label(window)});
    }
  }
  if (!o_.period.rolling()) out.push_back({pace::relaxed, {}, o_.period.label});
  return out;
}

std::string rule_builder::aggregate(const char* how) const {
  std::string out = how;
  if (o_.grouping.empty()) return out;
  out += " by (";
  for (const auto& label : o_.grouping) out += (out.back() == '(' ? "" : ", ") + label;
  return out + ") ";
}

std::string rule_builder::recorded_of(const window_set& of, const char* metric) const {
  if (!of.label.empty()) return recorded(metric, o_, of.label);
  std::string labels;
  for (const long window : of.windows) labels += (labels.empty() ? "" : "|") + span_label(window);
  return std::string(metric) + "{slo_id=\"" + o_.id + "\",window=~\"" + labels + "\"}";
}

}  // namespace slo
