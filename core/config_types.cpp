#include "core/config_types.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/config_reader.hpp"

namespace core {
namespace {

bool parse_port(std::string_view text, std::uint16_t& out) {
  if (text.empty() || text.size() > 5) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_ipv6(std::string_view text) {
  // A zone (fe80::1%eth0) is the interface's business, but its name ends in logs and Host fields.
  const auto percent = std::min(text.find('%'), text.size());
  const auto zone = text.substr(percent);
  if (zone.size() == 1) return false;
  if (!std::all_of(zone.begin() + (zone.empty() ? 0 : 1), zone.end(), is_host_character))
    return false;
  const std::string number(text.substr(0, percent));
  in6_addr ignored;
  return number.find('\0') == std::string::npos &&
         inet_pton(AF_INET6, number.c_str(), &ignored) == 1;
}

/// Splits `[v6]rest` or `name:rest` into the host and what follows it (":port" or nothing).
bool split_host(std::string_view text, std::string_view& host, std::string_view& rest) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    return is_ipv6(host);
  }
  const auto colon = std::min(text.find(':'), text.size());
  host = text.substr(0, colon);
  rest = text.substr(colon);
  return std::all_of(host.begin(), host.end(), is_host_character);
}

bool is_path_character(char c) {
  return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F &&
         std::string_view("?#\"<>\\^`{|}").find(c) == std::string_view::npos;
}

struct size_unit {
  std::string_view name;
  std::uint64_t bytes;
};
// Largest first within each spelling: formatting takes the first that divides.
constexpr size_unit size_units[] = {
    {"TiB", 1ull << 40},
    {"GiB", 1ull << 30},
    {"MiB", 1ull << 20},
    {"KiB", 1ull << 10},
    {"TB", 1'000'000'000'000},
    {"GB", 1'000'000'000},
    {"MB", 1'000'000},
    {"KB", 1'000},
    {"B", 1},
};

struct duration_unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Largest first: as they follow each other in a text, and as formatting tries them. Weeks are read
// and never written, since days say the same.
constexpr duration_unit duration_units[] = {
    {"w", 604'800'000'000'000},
    {"d", 86'400'000'000'000},
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
};

/// The unit `text` begins with, among those smaller than `after`; null for none.
const duration_unit* unit_at(std::string_view text, const duration_unit* after) {
  const auto name = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
  for (const auto* u = after ? after + 1 : std::begin(duration_units);
       u != std::end(duration_units); ++u) {
    if (u->name == name) return u;
  }
  return nullptr;
}

}  // namespace

std::string address::to_string() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool parse_address(std::string_view text, address& out) {
  std::string_view host, rest;
  std::uint16_t port = 0;
  if (!split_host(text, host, rest) || !rest.starts_with(':')) return false;
  if (!parse_port(rest.substr(1), port)) return false;
  out = {std::string(host), port};
  return true;
}

std::string base_url::to_string() const {
  if (empty()) return "";
  std::string at = authority.to_string();
  if (authority.port == (tls ? 443 : 80)) at.erase(at.rfind(':'));
  return (tls ? "https://" : "http://") + at + path;
}

bool parse_base_url(std::string_view text, base_url& out) {
  base_url url;
  if (text.starts_with("https://")) {
    url.tls = true;
  } else if (!text.starts_with("http://")) {
    return false;
  }
  text.remove_prefix(url.tls ? 8 : 7);
  const auto slash = std::min(text.find('/'), text.size());
  std::string_view host, port;
  if (!split_host(text.substr(0, slash), host, port) || host.empty()) return false;
  url.authority = {std::string(host), static_cast<std::uint16_t>(url.tls ? 443 : 80)};
  if (!port.empty()) {
    if (!port.starts_with(':') || !parse_port(port.substr(1), url.authority.port)) return false;
    if (url.authority.port == 0) return false;
  }
  std::string_view path = text.substr(slash);
  if (!std::all_of(path.begin(), path.end(), is_path_character)) return false;
  while (path.ends_with('/')) path.remove_suffix(1);
  url.path = path;
  out = std::move(url);
  return true;
}

bool parse_byte_size(std::string_view text, byte_size& out) {
  std::uint64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{}) return false;
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (unit.empty()) {
    out.bytes = number;
    return true;
  }
  for (const size_unit& u : size_units) {
    if (unit != u.name) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / u.bytes) return false;
    out.bytes = number * u.bytes;
    return true;
  }
  return false;
}

std::string format_byte_size(byte_size size) {
  std::string shortest = std::to_string(size.bytes);
  if (size.bytes == 0) return shortest;
  for (const size_unit& u : size_units) {
    if (u.bytes == 1 || size.bytes % u.bytes != 0) continue;
    const std::string text = std::to_string(size.bytes / u.bytes) + std::string(u.name);
    if (text.size() <= shortest.size()) shortest = text;
  }
  return shortest;
}

bool parse_duration(std::string_view text, duration& out) {
  static_assert(std::is_same_v<duration::period, std::nano>);
  std::int64_t total = 0;
  const duration_unit* unit = nullptr;
  if (text.empty()) return false;
  while (!text.empty()) {
    std::int64_t number = 0, part = 0;
    if (text.front() == '-') return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    unit = unit_at(text, unit);
    if (!unit || __builtin_mul_overflow(number, unit->nanoseconds, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return false;
    }
    text.remove_prefix(unit->name.size());
  }
  out = duration(total);
  return true;
}

std::string format_duration(duration d) {
  const std::int64_t count = d.count();
  if (count == 0) return "0s";
  for (const duration_unit& u : duration_units) {
    if (u.name == "w" || count % u.nanoseconds != 0) continue;
    return std::to_string(count / u.nanoseconds).append(u.name);
  }
  return std::to_string(count) + "ns";
}

}  // namespace core
