#include <string>
#include <vector>

#include "core/redis_codec.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

void append(std::string& out, const core::redis_reply& reply) {
  out += std::to_string(static_cast<int>(reply.kind)) + reply.text + std::to_string(reply.integer) +
         "[";
  for (const auto& item : reply.items) append(out, item);
  out += "]";
}

/// Everything the decoder finds when the bytes come in pieces of `piece`.
std::string decode(std::string_view bytes, std::size_t piece) {
  core::redis_decoder decoder;
  std::string found;
  while (!bytes.empty()) {
    const auto some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    decoder.feed(some);
    for (;;) {
      const auto next = decoder.next();
      if (!next) return found + "malformed";
      if (!*next) break;
      append(found, **next);
    }
  }
  return found;
}

/// hiredis makes room for as many elements as an array says it has, before they come. What a Redis
/// says is believed that far; here such arrays would only tell how much memory there is.
bool has_huge_array(std::string_view bytes) {
  for (auto at = bytes.find('*'); at != bytes.npos; at = bytes.find('*', at + 1)) {
    const auto digits = bytes.substr(at + 1).find_first_not_of("0123456789");
    if (std::min(digits, bytes.size() - at - 1) > 4) return true;
  }
  return false;
}

/// A command reaches Redis as the words it was made of, whatever is in them.
void check_command(std::string_view text) {
  core::redis_command command{"SET"};
  while (!text.empty()) command.emplace_back(fuzz::take_until(text));
  std::string bytes;
  core::append_command(bytes, command);
  core::redis_decoder decoder;
  decoder.feed(bytes);
  const auto sent = decoder.next();
  require(sent && *sent && (*sent)->items.size() == command.size());
  for (std::size_t i = 0; i < command.size(); ++i) require((*sent)->items[i].text == command[i]);
  const auto more = decoder.next();
  require(more && !*more);
}

}  // namespace

/// Replies do not depend on how their bytes were cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  if (!has_huge_array(bytes)) require(decode(bytes, 1) == decode(bytes, size == 0 ? 1 : size));
  check_command(bytes);
  return 0;
}
