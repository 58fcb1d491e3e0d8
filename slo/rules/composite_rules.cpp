#include "slo/rules/composite_rules.hpp"

#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// `by (window, a, b)`
std::string by_window(const objective& o) {
  std::string out = "by (window";
  for (const auto& label : o.grouping) out += ", " + label;
  return out + ") ";
}

void add_set(rule_builder& rules, const window_set& set) {
  const auto& o = rules.of();
  const auto own = "slo_id=\"" + o.id + "\"";
  const auto keep = by_window(o);
  std::string burn;
  for (const auto& member : o.members) {
    const auto id = "slo_id=\"" + member.id + "\"";
    const auto rate = replaced(rules.recorded_of(set, series::burn_rate), own, id);
    const auto data = replaced(rules.recorded_of(set, series::coverage), own, id);
    if (!burn.empty()) burn += "\n+ ";
    burn += (member.weight == decimal(1, 0) ? "" : member.weight.to_string() + " * ") +
            ("(sum " + keep + "(" + rate + ") or 0 * sum " + keep + "(" + data + "))");
  }
  rules.record(set, series::coverage,
               "min " + keep + "(" +
                   replaced(rules.recorded_of(set, series::coverage), own, members_matcher(o)) +
                   ")");
  rules.record(set, series::burn_rate, std::move(burn));
}

}  // namespace

std::string members_matcher(const objective& composite) {
  std::string ids;
  for (const auto& member : composite.members) ids += (ids.empty() ? "" : "|") + member.id;
  return "slo_id=~\"" + ids + "\"";
}

void add_composite(rule_builder& rules) {
  for (const auto& set : rules.window_sets()) add_set(rules, set);
}

}  // namespace slo
