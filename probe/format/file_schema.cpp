#include "probe/format/file_schema.hpp"

#include <boost/json.hpp>
#include <span>
#include <string_view>

#include "core/json_text.hpp"
#include "probe/config.hpp"
#include "probe/format/scenario.hpp"

namespace probe {
namespace {

namespace json = boost::json;

/// A rule that a table's check tells in words, as members of the schema at all places whose path
/// ends so: `.name` a member, `[]` an item, `.*` any member of a map; with `/` in front, at that
/// place alone.
struct rule {
  std::string_view path;
  std::string_view members;
};

constexpr std::string_view label = R"({"pattern":"^[a-z0-9_-]{1,64}$|\\$\\{"})";

constexpr std::string_view json_value =
    R"({"anyOf":[{"required":["exists"]},{"required":["equals"]},{"required":["type"]},)"
    R"({"required":["matches"]}],"not":{"required":["exists"],"properties":{"exists":{"const":false}},)"
    R"("anyOf":[{"required":["equals"]},{"required":["type"]},{"required":["matches"]}]}})";

constexpr std::string_view header_value =
    R"({"anyOf":[{"required":["exists"]},{"required":["equals"]},{"required":["matches"]},)"
    R"({"required":["not_matches"]}],"not":{"required":["exists"],"properties":{"exists":)"
    R"({"const":false}},"anyOf":[{"required":["equals"]},{"required":["matches"]},)"
    R"({"required":["not_matches"]}]}})";

constexpr std::string_view certificate_pair =
    R"({"dependentRequired":{"certificate":["key"],"key":["certificate"]}})";
constexpr std::string_view something = R"({"minProperties":1})";
constexpr std::string_view fingerprint = R"({"pattern":"^:*([0-9A-Fa-f]:*){64}$|\\$\\{"})";

/// In the order of the format's files.
constexpr std::array scenario_rules{
    rule{"/name", label},
    rule{"/steps", R"({"minItems":1})"},
    rule{"steps[].name", label},
    rule{"always[].name", label},
    rule{"load[]", R"({"oneOf":[{"required":["constant"]},{"required":["linear"]},)"
                   R"({"required":["incremental"]},{"required":["wave"]},{"required":["sum"]}]})"},
    rule{"sum[]", R"({"oneOf":[{"required":["constant"]},{"required":["linear"]},)"
                  R"({"required":["incremental"]},{"required":["wave"]}]})"},
    rule{"extract", R"({"propertyNames":{"pattern":"^(?!uuid$)[a-z_][a-z0-9_]{0,63}$"}})"},
    rule{"extract.*",
         R"({"anyOf":[{"required":["json"]},{"required":["header"]},{"required":["certificate"]},)"
         R"({"required":["regex"]}],"not":{"anyOf":[{"required":["json","header"]},)"
         R"({"required":["json","certificate"]},{"required":["header","certificate"]}]},)"
         R"("dependentRequired":{"pick":["json"],"item":["pick"]}})"},
    rule{"expect.headers[]", header_value},
    rule{"until.headers[]", header_value},
    rule{"expect.size", something},
    rule{"until.size", something},
    rule{"expect.raw_size", something},
    rule{"until.raw_size", something},
    rule{"expect.tls", something},
    rule{"until.tls", something},
    rule{"tls.fingerprints[]", fingerprint},
    rule{"http.tls", certificate_pair},
    rule{"tcp.tls", certificate_pair},
    rule{"tls.tls", certificate_pair},
    rule{"tcp.dialog[]",
         R"({"anyOf":[{"required":["expect"]},{"required":["until"]},{"required":["send"]},)"
         R"({"required":["starttls"]}],"not":{"required":["expect","until"]},)"
         R"("dependentRequired":{"reject":["expect"]}})"},
    rule{"expect.json[]", json_value},
    rule{"until.json[]", json_value},
    rule{"http", R"({"not":{"required":["body","json"]}})"},
    rule{"http.method", R"({"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$|\\$\\{"})"},
    rule{"http.headers",
         R"({"propertyNames":{"pattern":"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$","not":{"pattern":)"
         R"("^([Hh][Oo][Ss][Tt]|[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Ll][Ee][Nn][Gg][Tt][Hh]|)"
         R"([Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn]|)"
         R"([Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg])$"}}})"},
};
constexpr std::array config_rules{
    rule{"/scenarios", R"({"minItems":1})"},
    rule{"target_tls.*", certificate_pair},
    rule{"/tls", certificate_pair},
};

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
  explicit completion(std::span<const rule> rules) : rules_(rules) {}

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
  std::span<const rule> rules_;
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

std::string complete(const std::string& text, std::span<const rule> rules) {
  auto schema = json::parse(text);
  completion(rules).visit(schema.as_object(), "");
  std::string out;
  write(out, schema, 0);
  return out + "\n";
}

}  // namespace

std::string scenario_schema() {
  return complete(core::json_schema(core::table_of<scenario>(), "A scenario of remora-probe"),
                  scenario_rules);
}

std::string config_schema() {
  return complete(
      core::json_schema(core::table_of<probe_config>(), "Configuration of remora-probe"),
      config_rules);
}

}  // namespace probe
