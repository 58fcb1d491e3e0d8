#include "slo/rules/annotation_text.hpp"

#include <algorithm>
#include <cstdio>

#include "slo/rules/rule_builder.hpp"
#include "slo/rules/sample_rules.hpp"

namespace slo {

namespace {

std::string label_template(const std::string& label) {
  return "{{ $labels." + label + " }}";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string literal_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto at = std::min(text.find("{{"), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    out += braces_template;
    text.remove_prefix(2);
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

label_list annotations_of(const objective& o, const char* alert, const std::string& does,
                          std::string description, const rule_options& options) {
  for (const auto& label : o.grouping) {
    description +=
        (&label == &o.grouping.front() ? " It is " : ", ") + label + "=" + label_template(label);
  }
  if (!o.grouping.empty()) description += ".";
  if (is_approximate(o)) description += " The numbers are " + approximation_note(o) + ".";
  return {{"summary", literal_text(o.display_name) + does},
          {"description", std::move(description)},
          {"runbook_url", options.runbooks + alert + ".md"}};
}

label_list expanded(label_list annotations, double value, const label_list& group) {
  char number[32];
  std::snprintf(number, sizeof number, "%.1f", value);
  for (auto& [name, text] : annotations) {
    replace_all(text, value_template, number);
    for (const auto& [label, is] : group) replace_all(text, label_template(label), is);
    replace_all(text, braces_template, "{{");
  }
  return annotations;
}

}  // namespace slo
