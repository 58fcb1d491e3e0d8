#pragma once

#include <algorithm>
#include <string_view>

namespace sidecar {

/// Whether text can be the name of a header field (a token, RFC 9110, 5.6.2).
inline bool is_field_name(std::string_view text) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != marks.npos;
  });
}

}  // namespace sidecar
