#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/http/representations.hpp"

/// What is accepted as a message reads back as what was accepted; what is not says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = api::parse_json(text)) {
    const std::string written = parsed->to_string();
    const auto again = api::parse_json(written);
    if (!again || again->to_string() != written) std::abort();
  } else if (parsed.error().what.empty()) {
    std::abort();
  }
  if (const auto message = api::parse_new_message(text)) {
    const auto value = api::parse_json(message->message);
    if (!value || message->topic.empty()) std::abort();
    if (!api::check_message(message->topic, *value).what.empty()) std::abort();
  } else if (message.error().what.empty()) {
    std::abort();
  }
  return 0;
}
