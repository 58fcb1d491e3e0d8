#include <string>

#include "sidecar/proxy/timeouts.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
using namespace std::chrono_literals;

/// What is taken for a deadline is the number that stands there, and what is passed on of it is
/// read as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto value = sidecar::parse_timeout(text);
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789") == text.npos && text.size() <= 9;
  require(value.has_value() == digits);
  if (!value) return 0;
  require(*value >= 0ms && *value < 1'000'000s);
  const core::instant now(1000s);
  const auto left = sidecar::milliseconds_left(core::deadline::in(*value, now), now);
  require(left == std::stoul(std::string(text)));
  require(sidecar::parse_timeout(std::to_string(left)) == value);
  return 0;
}
