#pragma once

#include <string_view>

namespace core {

/// Without the optional white space (RFC 9110, 5.6.3: spaces and tabs) at both ends.
constexpr std::string_view trim(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace core
