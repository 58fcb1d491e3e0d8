#include "probe/blackbox/accept_encoding.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/http_head.hpp"
#include "core/trim.hpp"

namespace probe::blackbox {
namespace {

double quality_of(std::string_view parameters) noexcept {
  parameters = core::trim(parameters);
  if (!parameters.starts_with("q=")) return 0;
  parameters.remove_prefix(2);
  double quality = 0;
  std::from_chars(parameters.data(), parameters.data() + parameters.size(), quality);
  return quality;
}

}  // namespace

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) noexcept {
  if (accept_encoding.empty()) return true;
  std::optional<bool> named, any;
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const auto semicolon = item.find(';');
    const auto name = core::trim(item.substr(0, semicolon));
    const bool good =
        semicolon == std::string_view::npos || quality_of(item.substr(semicolon + 1)) > 0;
    if (core::iequals(name, coding)) named = good;
    if (name == "*") any = good;
  }
  return named.value_or(any.value_or(false));
}

}  // namespace probe::blackbox
