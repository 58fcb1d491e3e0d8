#include "probe/format/file_schema.hpp"

#include <boost/json.hpp>
#include <span>
#include <string_view>

#include "core/json_text.hpp"
#include "probe/config.hpp"
#include "probe/format/scenario.hpp"
#include "probe/format/schema_rules.hpp"

namespace probe {
namespace {

namespace json = boost::json;

bool ends_at(std::string_view path, std::string_view suffix) noexcept {
  if (suffix.starts_with('/')) return path == suffix.substr(1);
  if (!path.ends_with(suffix)) return false;
  path.remove_suffix(suffix.size());
  return path.empty() || path.ends_with('.');
}

/// Exactly one of the kinds of check.
json::object one_kind() {
  json::array choices;
  for (const char* kind : kind_names())
    choices.emplace_back(json::object{{"required", json::array{kind}}});
  return {{"oneOf", std::move(choices)}};
}

/// What YAML takes for a number or a boolean is a text where one is wanted, and a text may be
/// `${NAME}` where a number is wanted.
void widen(json::object& schema) {
  static const json::object reference{{"type", "string"}, {"pattern", "\\$\\{"}};
  if (const auto* choices = schema.if_contains("enum")) {
    schema["anyOf"] = json::array{json::object{{"enum", *choices}}, reference};
    schema.erase("enum");
  }
  const auto* type = schema.if_contains("type");
  if (!type || !type->is_string()) return;
  const std::string_view name = type->get_string();
  const auto* pattern = schema.if_contains("pattern");
  const bool size =
      pattern && std::string_view(pattern->get_string()).find("KMGT") != json::string::npos;
  if (name == "string" && (!pattern || size)) {
    schema["type"] = json::array{"string", "number", "boolean"};
  } else if (name == "integer" || name == "number" || name == "boolean") {
    schema["type"] = json::array{name, "string"};
    schema["pattern"] = "\\$\\{";
  }
}

/// Goes through a schema and adds to it what the rules say of its places.
class completion {
 public:
  explicit completion(std::span<const schema_rule> rules) : rules_(rules) {}

  void visit(json::object& schema, const std::string& path) const {
    widen(schema);
    for (const auto& r : rules_)
      if (ends_at(path, r.path)) add(schema, json::parse(r.members).as_object());
    if (path == "steps[]" || path == "always[]") add(schema, one_kind());
    if (auto* items = schema.if_contains("items")) visit(items->as_object(), path + "[]");
    if (auto* more = schema.if_contains("additionalProperties"); more && more->is_object())
      visit(more->as_object(), path + ".*");
    if (auto* properties = schema.if_contains("properties"))
      for (auto& [name, value] : properties->as_object())
        visit(value.as_object(), (path.empty() ? "" : path + ".") + std::string(name));
  }

 private:
  static void add(json::object& schema, const json::object& members) {
    for (const auto& [name, value] : members) schema[name] = value;
  }
  std::span<const schema_rule> rules_;
};

/// Two blanks a level; what is short stays on its line.
void write(std::string& out, const json::value& value, std::size_t depth) {
  if (value.is_double()) return core::append_json_number(out, value.get_double());
  auto flat = json::serialize(value);
  constexpr std::size_t widest = 100;
  if (!value.is_structured() || 2 * depth + flat.size() < widest) {
    out += flat;
    return;
  }
  const auto line = [&](std::size_t level) { out.append("\n").append(2 * level, ' '); };
  const char* separator = "";
  const bool object = value.is_object();
  out += object ? '{' : '[';
  const auto next = [&] {
    out += std::exchange(separator, ",");
    line(depth + 1);
  };
  if (object) {
    for (const auto& [name, member] : value.get_object()) {
      next();
      core::append_json_string(out, {name.data(), name.size()});
      out += ": ";
      write(out, member, depth + 1);
    }
  } else {
    for (const auto& item : value.get_array()) {
      next();
      write(out, item, depth + 1);
    }
  }
  line(depth);
  out += object ? '}' : ']';
}

std::string complete(const std::string& text, std::span<const schema_rule> rules) {
  auto schema = json::parse(text);
  completion(rules).visit(schema.as_object(), "");
  std::string out;
  write(out, schema, 0);
  return out + "\n";
}

}  // namespace

std::string scenario_schema() {
  return complete(core::json_schema(core::table_of<scenario>(), "A scenario of remora-probe"),
                  scenario_schema_rules());
}

std::string config_schema() {
  return complete(
      core::json_schema(core::table_of<probe_config>(), "Configuration of remora-probe"),
      config_schema_rules());
}

}  // namespace probe
