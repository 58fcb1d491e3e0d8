#include "probe/format/json_template.hpp"

#include <boost/json.hpp>

#include "core/utf8.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/json_schema.hpp"

using fuzz::require;

namespace {

/// The rendered value has the shape of the node: the same members and items, strings for strings;
/// plain numbers, `true`, `false` and `null` are themselves.
void same_shape(const core::node& from, const boost::json::value& to) {
  if (from.is_sequence()) {
    require(to.is_array() && to.get_array().size() == from.items.size());
    for (std::size_t i = 0; i < from.items.size(); ++i)
      same_shape(from.items[i], to.get_array()[i]);
  } else if (from.is_map()) {
    require(to.is_object() && to.get_object().size() == from.members.size());
    for (const auto& member : from.members) {
      const auto* value = to.get_object().if_contains(member.key.text);
      require(value != nullptr);
      same_shape(member.value, *value);
    }
  } else if (from.is_scalar() && from.quoted) {
    require(to.is_string());
  } else {
    require(!to.is_structured());
    if (from.text == "true" || from.text == "false") require(to.is_bool());
  }
}

}  // namespace

/// The first line is the value of every variable, the rest a JSON value written in YAML. Whatever
/// the value is, what comes out is JSON of the same shape.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const std::string value(fuzz::take_until(rest));
  core::problems found;
  const auto document = core::document::parse("fuzz.yaml", rest, found);
  const core::environment none = [](const std::string&) { return std::nullopt; };
  core::reading r{found, none, ""};
  if (!found.empty() || document.roots().empty()) return 0;
  const auto& root = document.roots().front();
  const auto parsed = probe::json_template::from_node(root, r);
  if (!found.empty()) return 0;
  const auto give = [&](const probe::template_reference&) -> std::optional<std::string> {
    return value;
  };
  std::string missing;
  const auto text = parsed.render(give, missing);
  require(text && missing.empty());
  boost::json::parse_options deep;
  deep.max_depth = 1000;
  boost::system::error_code error;
  const auto json = boost::json::parse(*text, error, {}, deep);
  if (error == boost::json::error::exponent_overflow)
    return 0;  // 1e99999 is JSON that nobody reads
  require(!error);
  same_shape(root, json);
  return 0;
}
