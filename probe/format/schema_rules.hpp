#pragma once

#include <span>
#include <string_view>

namespace probe {

/// A rule that a table's check tells in words, as members of the schema at all places whose path
/// ends so: `.name` a member, `[]` an item, `.*` any member of a map; with `/` in front, at that
/// place alone.
struct schema_rule {
  std::string_view path;
  std::string_view members;  ///< a JSON object; a member that another rule set is replaced
};

/// In the order of the format's files.
std::span<const schema_rule> scenario_schema_rules();
std::span<const schema_rule> config_schema_rules();

}  // namespace probe
