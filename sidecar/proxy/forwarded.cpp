#include "sidecar/proxy/forwarded.hpp"

#include <algorithm>
#include <charconv>

#include "core/trim.hpp"

namespace sidecar {
namespace {

using core::iequals;

/// Takes what is before the first `end` that stands in no quoted string off `text`.
std::string_view take_until(std::string_view& text, char end) noexcept {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != end); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  const auto taken = text.substr(0, i);
  text.remove_prefix(std::min(i + 1, text.size()));
  return taken;
}

/// A token or quoted string; one with an escape or without its end is not readable in place.
std::string_view unquote(std::string_view text) noexcept {
  if (text.empty() || text.front() != '"') return text;
  if (text.size() < 2 || text.back() != '"') return {};
  text = text.substr(1, text.size() - 2);
  return text.find_first_of("\\\"") == text.npos ? text : std::string_view();
}

// `unknown` and obfuscated identifiers (`_hidden`) are no addresses.
std::string_view address(std::string_view node) noexcept {
  const auto host = split_authority(node).host;
  return iequals(host, "unknown") || host.starts_with('_') ? std::string_view() : host;
}

// As it stands in X-Forwarded-For: without brackets, so that its end is no port.
bool is_bare_ipv6(std::string_view text) noexcept {
  return text.find(':') != text.rfind(':') &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos;
}

forwarded first_element(std::string_view list) noexcept {
  forwarded out;
  std::string_view element = take_until(list, ',');
  while (!element.empty()) {
    std::string_view pair = take_until(element, ';');
    const auto name = core::trim(take_until(pair, '='));
    const auto value = unquote(core::trim(pair));
    if (iequals(name, "for")) out.client = address(value);
    if (iequals(name, "proto")) out.proto = value;
    if (iequals(name, "host")) out.host = value;
  }
  return out;
}

std::string_view first_of(const core::http_fields& fields, std::string_view name) noexcept {
  const auto value = fields.find(name).value_or("");
  return core::trim(value.substr(0, value.find(',')));
}

}  // namespace

forwarded read_forwarded(const core::http_fields& fields) noexcept {
  if (const auto value = fields.find("forwarded")) return first_element(*value);
  forwarded out;
  const auto client = first_of(fields, "x-forwarded-for");
  out.client = is_bare_ipv6(client) ? client : address(client);
  out.proto = first_of(fields, "x-forwarded-proto");
  out.host = first_of(fields, "x-forwarded-host");
  return out;
}

authority split_authority(std::string_view text) noexcept {
  authority out;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos) return out;
    out.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != text.npos) port = text.substr(colon);
  }
  if (!port.starts_with(':')) return out;
  port.remove_prefix(1);
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (read.ec == std::errc() && read.ptr == port.data() + port.size()) out.port = number;
  return out;
}

}  // namespace sidecar
