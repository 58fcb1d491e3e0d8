#include <string>

#include "core/config_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// A value that was read is written in a form that is read alike; what is refused changes nothing.
template <class T, class Print>
bool check(std::string_view text, bool (*parse)(std::string_view, T&), Print print,
           const T& before) {
  T value = before;
  if (!parse(text, value)) {
    require(value == before);
    return false;
  }
  T again = before;
  const std::string written = print(value);
  require(parse(written, again) && again == value);
  require(print(again) == written);
  return true;
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

/// The scalars of configuration files that have a form of their own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check(text, core::parse_duration, core::format_duration, core::duration(17));
  check(text, core::parse_byte_size, core::format_byte_size, core::byte_size{17});
  // Both end up in request heads, logs and metrics.
  const auto print = [](const auto& value) { return value.to_string(); };
  if (check(text, core::parse_address, print, core::address{"a", 17})) require(is_visible(text));
  if (check(text, core::parse_base_url, print, core::base_url{true, {"a", 17}, "/b"}))
    require(is_visible(text));
  return 0;
}
