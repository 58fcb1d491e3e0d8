#include "probe/checks/seen.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "core/http_head.hpp"
#include "core/json_text.hpp"

namespace probe {
namespace {

std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

}  // namespace

std::optional<std::string_view> seen::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (core::iequals(key, name)) return value;
  return std::nullopt;
}

std::string seen::joined(std::string_view name) const {
  std::string out;
  for (const auto& [key, value] : headers) {
    if (!core::iequals(key, name)) continue;
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

const boost::json::value* seen::json() const {
  if (!parsed_) {
    parsed_ = true;
    boost::system::error_code error;
    auto value = boost::json::parse(body, error);
    if (!error) json_ = std::make_shared<const boost::json::value>(std::move(value));
  }
  return json_.get();
}

std::optional<std::string> scalar_text(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::string: return std::string(value.get_string());
    case boost::json::kind::int64: return std::to_string(value.get_int64());
    case boost::json::kind::uint64: return std::to_string(value.get_uint64());
    case boost::json::kind::double_: return number_text(value.get_double());
    case boost::json::kind::bool_: return value.get_bool() ? "true" : "false";
    default: return std::nullopt;
  }
}

std::string brief(const boost::json::value& value) {
  if (value.is_null()) return "null";
  if (const auto* items = value.if_array()) return "array of " + std::to_string(items->size());
  if (const auto* members = value.if_object())
    return "object of " + std::to_string(members->size());
  if (const auto* text = value.if_string())
    return "string " + brief(std::string_view(text->data(), text->size()));
  return (value.is_bool() ? "boolean " : "number ") + *scalar_text(value);
}

std::string brief(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return core::json_string(text);
  std::size_t end = limit;  // never inside of a UTF-8 sequence
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return core::json_string(text.substr(0, end)) + "… (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace probe
