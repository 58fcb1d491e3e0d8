#include <string>

#include "core/chunked.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

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

/// The input as chunks of a size that it chooses itself, and what comes of them.
void check_own(std::string_view payload, std::size_t size) {
  std::string body;
  for (std::size_t at = 0; at < payload.size(); at += size) {
    const auto piece = payload.substr(at, size);
    char digits[17];
    std::snprintf(digits, sizeof digits, "%zx", piece.size());
    body.append(digits).append("\r\n").append(piece).append("\r\n");
  }
  body += "0\r\n\r\n";
  outcome all;
  core::chunked_scanner scanner;
  feed(scanner, body + "GET / HTTP/1.1", all);
  require(all.done && all.payload == payload && all.consumed == body.size());
}

}  // namespace

/// The first byte says where the rest is split: the outcome may not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  const auto choice = fuzz::take_byte(bytes);
  const auto at = fuzz::place_in(bytes, choice);

  outcome whole, split;
  core::chunked_scanner first, second, third;
  feed(first, bytes, whole);
  feed(second, bytes.substr(0, at), split);
  feed(second, bytes.substr(at), split);
  require(whole == split);
  const auto skipped = third.skip(bytes);
  require(skipped.consumed == whole.consumed && skipped.done == whole.done &&
          skipped.bad == whole.bad && skipped.payload.empty());
  require(whole.done || whole.bad || whole.consumed == bytes.size());
  check_own(bytes, 1u + choice);
  return 0;
}
