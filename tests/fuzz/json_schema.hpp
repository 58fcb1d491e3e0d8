#pragma once

#include <boost/json.hpp>
#include <boost/regex.hpp>
#include <charconv>
#include <string>

#include "core/document.hpp"

/// As much of JSON Schema as the schemas of our files use, for targets that hold a schema against
/// what reads the file; `tests/service` does the same with a whole validator.
namespace fuzz {

namespace json = boost::json;

inline bool is_of_type(const json::value& v, std::string_view type) {
  if (type == "number") return v.is_number();
  if (type == "integer") return v.is_int64() || v.is_uint64();
  if (type == "string") return v.is_string();
  if (type == "boolean") return v.is_bool();
  if (type == "array") return v.is_array();
  if (type == "object") return v.is_object();
  return type == "null" && v.is_null();
}

inline bool matches(const json::value& pattern, std::string_view text) {
  try {
    return boost::regex_search(text.begin(), text.end(),
                               boost::regex(std::string(pattern.get_string())));
  } catch (const std::runtime_error&) {  // the search became too complex
    return true;
  }
}

bool is_valid(const json::value& v, const json::object& schema);

inline std::size_t valid_among(const json::value& v, const json::value& schemas) {
  std::size_t count = 0;
  for (const auto& s : schemas.get_array()) count += is_valid(v, s.get_object());
  return count;
}

inline bool is_valid_object(const json::object& v, const json::object& schema) {
  const auto* properties = schema.if_contains("properties");
  const auto* more = schema.if_contains("additionalProperties");
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->get_array())
      if (!v.contains(name.get_string())) return false;
  if (const auto* depending = schema.if_contains("dependentRequired"))
    for (const auto& [name, needs] : depending->get_object())
      for (const auto& other : needs.get_array())
        if (v.contains(name) && !v.contains(other.get_string())) return false;
  for (const auto& [name, member] : v) {
    if (const auto* names = schema.if_contains("propertyNames"))
      if (!is_valid(json::value(name), names->get_object())) return false;
    const auto* known = properties ? properties->get_object().if_contains(name) : nullptr;
    if (known && !is_valid(member, known->get_object())) return false;
    if (known || !more) continue;
    if (more->is_object() ? !is_valid(member, more->get_object()) : !more->get_bool()) return false;
  }
  return true;
}

inline bool is_valid(const json::value& v, const json::object& schema) {
  if (const auto* type = schema.if_contains("type")) {
    bool right = type->is_string() && is_of_type(v, type->get_string());
    if (type->is_array())
      for (const auto& one : type->get_array()) right = right || is_of_type(v, one.get_string());
    if (!right) return false;
  }
  if (const auto* choices = schema.if_contains("enum")) {
    bool right = false;
    for (const auto& one : choices->get_array()) right = right || one == v;
    if (!right) return false;
  }
  if (const auto* only = schema.if_contains("const"); only && *only != v) return false;
  if (const auto* any = schema.if_contains("anyOf"); any && valid_among(v, *any) == 0) return false;
  if (const auto* one = schema.if_contains("oneOf"); one && valid_among(v, *one) != 1) return false;
  if (const auto* all = schema.if_contains("allOf");
      all && valid_among(v, *all) != all->get_array().size())
    return false;
  if (const auto* no = schema.if_contains("not"); no && is_valid(v, no->get_object())) return false;
  if (v.is_string())
    if (const auto* pattern = schema.if_contains("pattern"))
      if (!matches(*pattern, {v.get_string().data(), v.get_string().size()})) return false;
  if (v.is_number()) {
    const auto number = v.to_number<double>();
    const auto* low = schema.if_contains("minimum");
    const auto* high = schema.if_contains("maximum");
    if (low && number < low->to_number<double>()) return false;
    if (high && number > high->to_number<double>()) return false;
  }
  if (v.is_array()) {
    const auto* least = schema.if_contains("minItems");
    if (least && v.get_array().size() < least->to_number<std::size_t>()) return false;
    if (const auto* items = schema.if_contains("items"))
      for (const auto& item : v.get_array())
        if (!is_valid(item, items->get_object())) return false;
  }
  return !v.is_object() || is_valid_object(v.get_object(), schema);
}

/// A scalar as YAML 1.2's core schema has it.
inline json::value scalar_of(const core::node& from) {
  const std::string& text = from.text;
  if (from.quoted) return json::value(text);
  if (text == "true" || text == "false") return text == "true";
  static const boost::regex integer("[-+]?[0-9]+");
  static const boost::regex number(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  const char* begin = text.data() + text.starts_with('+');
  std::int64_t whole = 0;
  if (boost::regex_match(text, integer) &&
      std::from_chars(begin, text.data() + text.size(), whole).ec == std::errc())
    return whole;
  double value = 0;
  if (boost::regex_match(text, number)) {
    std::from_chars(begin, text.data() + text.size(), value);
    return value;
  }
  return json::value(text);
}

/// A document as an editor sees it.
inline json::value value_of(const core::node& from) {
  if (from.is_sequence()) {
    json::array out;
    for (const auto& item : from.items) out.push_back(value_of(item));
    return out;
  }
  if (from.is_map()) {
    json::object out;
    for (const auto& member : from.members) out[member.key.text] = value_of(member.value);
    return out;
  }
  return from.is_null() ? json::value(nullptr) : scalar_of(from);
}

}  // namespace fuzz
