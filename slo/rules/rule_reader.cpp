#include "slo/rules/rule_reader.hpp"

namespace slo {

namespace {

std::string text_of(const core::node& from, std::string_view key) {
  const auto* value = from.find(key);
  return value && value->is_scalar() ? value->text : std::string();
}

label_list labels_of(const core::node& from, std::string_view key) {
  label_list out;
  const auto* map = from.find(key);
  if (!map) return out;
  for (const auto& member : map->members) out.emplace_back(member.key.text, member.value.text);
  return out;
}

rule rule_of(const core::node& from) {
  const bool alert = from.find("alert") != nullptr;
  return {alert ? rule::kind::alert : rule::kind::record,
          text_of(from, alert ? "alert" : "record"),
          text_of(from, "expr"),
          text_of(from, "for"),
          labels_of(from, "labels"),
          labels_of(from, "annotations")};
}

rule_group group_of(const core::node& from) {
  rule_group out{text_of(from, "name"), text_of(from, "interval"), {}};
  if (const auto* rules = from.find("rules")) {
    for (const auto& r : rules->items) out.rules.push_back(rule_of(r));
  }
  return out;
}

const core::node* groups_in(const core::node& root) {
  if (const auto* groups = root.find("groups")) return groups;
  const auto* spec = root.find("spec");
  return spec ? spec->find("groups") : nullptr;
}

}  // namespace

std::vector<rule_group> read_rule_groups(const core::document& file, core::problems& found) {
  std::vector<rule_group> out;
  for (const auto& root : file.roots()) {
    const auto* groups = groups_in(root);
    if (!groups || !groups->is_sequence()) {
      found.add(root.at, "there are no rule groups", "groups: […], or spec: {groups: […]}");
      continue;
    }
    for (const auto& group : groups->items) out.push_back(group_of(group));
  }
  return out;
}

}  // namespace slo
