#include "sidecar/proxy/peer_allow_list.hpp"

#include <algorithm>

#include "core/http_head.hpp"

namespace sidecar {
namespace {

bool is_uri(std::string_view name) noexcept {
  return name.find("://") != std::string_view::npos;
}

}  // namespace

std::string check_peer_pattern(std::string_view pattern) {
  if (pattern.empty()) return "is empty";
  if (!std::all_of(pattern.begin(), pattern.end(), [](char c) { return c > ' ' && c < '\x7f'; }))
    return "has spaces or characters that no name has";
  const auto star = pattern.find('*');
  if (star == std::string_view::npos || pattern == "*") return {};
  if (star + 1 != pattern.size()) return "has * before its end";
  // Without the slash, `spiffe://prod*` would fit `spiffe://prod.example` too.
  if (!is_uri(pattern) || pattern[star - 1] != '/') return "has * behind something else than a /";
  return {};
}

bool peer_fits(std::string_view pattern, std::string_view name) noexcept {
  if (pattern == "*") return true;
  if (pattern.ends_with('*')) {
    pattern.remove_suffix(1);
    return name.starts_with(pattern);
  }
  return is_uri(pattern) ? name == pattern : core::iequals(name, pattern);
}

bool peer_allow_list::admits(core::peer_names names) const {
  return names.any_of([this](std::string_view name) {
    return std::any_of(patterns_.begin(), patterns_.end(),
                       [name](const std::string& pattern) { return peer_fits(pattern, name); });
  });
}

}  // namespace sidecar
