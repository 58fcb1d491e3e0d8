#include "probe/format/json_pointer.hpp"

#include <boost/json/value.hpp>
#include <charconv>

namespace probe {
namespace {

bool unescape(std::string_view token, std::string& out) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out.push_back(token[i]);
      continue;
    }
    if (++i == token.size()) return false;
    if (token[i] == '0') {
      out.push_back('~');
    } else if (token[i] == '1') {
      out.push_back('/');
    } else {
      return false;
    }
  }
  return true;
}

/// `array-index = %x30 / ( %x31-39 *(%x30-39) )`: no sign, no leading zero.
std::optional<std::size_t> array_index(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return index;
}

const boost::json::value* step(const boost::json::value& from, const std::string& token) noexcept {
  if (const auto* object = from.if_object()) return object->if_contains(token);
  const auto* array = from.if_array();
  if (!array) return nullptr;
  const auto index = array_index(token);
  return index ? array->if_contains(*index) : nullptr;
}

}  // namespace

std::optional<json_pointer> json_pointer::parse(std::string_view text) {
  json_pointer out;
  out.text_ = text;
  if (text.empty()) return out;
  if (text[0] != '/') return std::nullopt;
  for (std::size_t begin = 1;;) {
    const auto slash = text.find('/', begin);
    const auto end = slash == std::string_view::npos ? text.size() : slash;
    if (!unescape(text.substr(begin, end - begin), out.tokens_.emplace_back())) return std::nullopt;
    if (slash == std::string_view::npos) return out;
    begin = slash + 1;
  }
}

const boost::json::value* json_pointer::find(const boost::json::value& document) const noexcept {
  const boost::json::value* at = &document;
  for (const auto& token : tokens_)
    if (at = step(*at, token); !at) return nullptr;
  return at;
}

}  // namespace probe
