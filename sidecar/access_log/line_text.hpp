#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/clock.hpp"

namespace sidecar {

/// Writes text into memory that is known to be large enough: nothing is checked. An escaped text
/// takes at most six times its size.
struct line_text {
  char* at;

  void put(char c) noexcept { *at++ = c; }
  void put(std::string_view text) noexcept {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
  void number(std::uint64_t value) noexcept;
  /// Seconds with six decimals: `0.001234`; not negative.
  void seconds(core::duration d) noexcept;
  /// Lowercase hex digits.
  void hex(std::span<const std::uint8_t> bytes) noexcept;
  /// The inside of a JSON string: control characters escaped, UTF-8 kept, bytes that are none
  /// replaced by U+FFFD.
  void json(std::string_view text) noexcept;
  /// For lines of text: control characters, quotes, backslashes and bytes that are no UTF-8 as
  /// `\xHH`, so that a value ends neither its line nor its quotes.
  void plain(std::string_view text) noexcept;

 private:
  template <class Escape>
  void escaped(std::string_view text, Escape escape) noexcept;
};

/// RFC 3339 with microseconds, in UTC: `2024-05-01T12:00:00.123456Z`. Keeps the text of the last
/// second, so that most lines write six digits only.
class timestamp_text {
 public:
  void put(line_text& out, std::uint64_t unix_nanos) noexcept;

 private:
  std::uint64_t second_ = ~std::uint64_t{0};
  char text_[20];  // "2024-05-01T12:00:00."
};

}  // namespace sidecar
