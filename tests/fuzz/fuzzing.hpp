#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What fuzz targets have in common.
namespace fuzz {

/// A property that has to hold whatever the input is. One that does not is named and ends the
/// program, which is how a fuzzer notices.
inline void require(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: this property does not hold\n", file, line);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes the text up to the next `end` off the front, which loses `end` too; all of it without one.
inline std::string_view take_until(std::string_view& rest, char end = '\n') noexcept {
  const auto part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

/// Takes one byte as a number off the front; 0 when there is none.
inline std::uint8_t take_byte(std::string_view& rest) noexcept {
  if (rest.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(rest.front());
  rest.remove_prefix(1);
  return byte;
}

/// A place in `text` (its end too) for a byte that chooses one.
inline std::size_t place_in(std::string_view text, std::uint8_t choice) noexcept {
  return text.size() * choice / 255;
}

}  // namespace fuzz
