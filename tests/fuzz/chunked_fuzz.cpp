#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/chunked.hpp"

namespace {

struct outcome {
  std::string payload;
  std::size_t consumed = 0;
  bool done = false, bad = false;
  bool operator==(const outcome&) const = default;
};

void feed(core::chunked_scanner& scanner, std::string_view piece, outcome& all) {
  while (!piece.empty() && !all.done && !all.bad) {
    const auto s = scanner.next(piece);
    all.payload += s.payload;
    all.consumed += s.consumed;
    all.done = s.done;
    all.bad = s.bad;
    piece.remove_prefix(s.consumed);
  }
}

}  // namespace

/// The first byte says where the rest is split: the outcome may not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto at = bytes.size() * data[0] / 255;

  outcome whole, split;
  core::chunked_scanner first, second, third;
  feed(first, bytes, whole);
  feed(second, bytes.substr(0, at), split);
  feed(second, bytes.substr(at), split);
  const auto skipped = third.skip(bytes);

  const bool same = whole == split && skipped.consumed == whole.consumed &&
                    skipped.done == whole.done && skipped.bad == whole.bad;
  const bool used_up = whole.done || whole.bad || whole.consumed == bytes.size();
  if (!same || !used_up) std::abort();
  return 0;
}
