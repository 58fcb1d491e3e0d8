#include "sidecar/proxy/stale_answer.hpp"

#include <algorithm>

namespace sidecar {
namespace {

/// Takes a part of a list off the front, up to a separator that is in no quoted string.
std::string_view take_part(std::string_view& rest, char separator) noexcept {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < rest.size() && (quoted || rest[end] != separator); ++end) {
    if (rest[end] == '"') quoted = !quoted;
    if (quoted && rest[end] == '\\' && end + 1 < rest.size()) ++end;
  }
  auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  while (part.starts_with(' ') || part.starts_with('\t')) part.remove_prefix(1);
  return part;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// `ttl=-7`: a digit that is not 0 behind the minus; -0 is no time past.
bool is_negative_ttl(std::string_view parameter) noexcept {
  constexpr std::string_view key = "ttl=-";
  if (!parameter.starts_with(key)) return false;
  parameter.remove_prefix(key.size());
  const auto end = std::find_if_not(parameter.begin(), parameter.end(), is_digit);
  const auto number = parameter.substr(0, static_cast<std::size_t>(end - parameter.begin()));
  return number.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool warns_of_staleness(std::string_view warning) noexcept {
  while (!warning.empty()) {
    const auto value = take_part(warning, ',');
    if (value.starts_with("110 ") || value.starts_with("111 ")) return true;
  }
  return false;
}

bool has_negative_ttl(std::string_view cache_status) noexcept {
  while (!cache_status.empty()) {
    auto member = take_part(cache_status, ',');
    take_part(member, ';');  // the cache's name
    while (!member.empty())
      if (is_negative_ttl(take_part(member, ';'))) return true;
  }
  return false;
}

bool is_stale(const core::http_fields& fields) noexcept {
  if (!fields.has(core::field_name::warning) && !fields.has(core::field_name::cache_status))
    return false;
  for (const auto& field : fields.all()) {
    if (field.known == core::field_name::warning && warns_of_staleness(field.value)) return true;
    if (field.known == core::field_name::cache_status && has_negative_ttl(field.value)) return true;
  }
  return false;
}

}  // namespace sidecar
