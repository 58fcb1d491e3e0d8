#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/redis/redis_codec.hpp"

namespace {

void append(std::string& out, const api::redis_reply& reply) {
  out += std::to_string(static_cast<int>(reply.kind)) + reply.text + std::to_string(reply.integer) +
         "[";
  for (const auto& item : reply.items) append(out, item);
  out += "]";
}

/// Everything the decoder finds when the bytes come in pieces of `piece`.
std::string decode(std::string_view bytes, std::size_t piece) {
  api::redis_decoder decoder;
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

}  // namespace

/// Replies do not depend on how their bytes were cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // hiredis makes room for as many elements as an array says it has, before they come.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (decode(bytes, 1) != decode(bytes, size == 0 ? 1 : size)) std::abort();
  return 0;
}
