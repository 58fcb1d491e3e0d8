#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace core {

namespace detail {
inline constexpr auto token_chars = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = table[c + 0x20U] = true;
  for (const unsigned char c : std::string_view("!#$%&'*+-.^_`|~")) table[c] = true;
  return table;
}();
}  // namespace detail

/// The `tchar` of RFC 9110, 5.6.2: what names of fields, methods and other tokens consist of.
constexpr bool is_token_char(char c) noexcept {
  return detail::token_chars[static_cast<unsigned char>(c)];
}

constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

}  // namespace core
