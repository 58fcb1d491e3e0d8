#include <zlib.h>

#include <string>

#include "sidecar/relay/gzip.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

std::string gzip(std::string_view text) {
  z_stream z{};
  constexpr int window = 16 + 9, memory = 1;  // small: most of an input's time would go there
  require(deflateInit2(&z, 1, Z_DEFLATED, window, memory, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  require(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

/// The limit is where it says, to the byte.
void check_limit(std::string_view body, const std::string& plain) {
  bool too_large = true;
  require(sidecar::gunzip(body, plain.size(), too_large) == plain && !too_large);
  if (plain.empty()) return;
  require(!sidecar::gunzip(body, plain.size() - 1, too_large) && too_large);
}

}  // namespace

/// A gzip body of the relay: any bytes, and the input compressed, whole and cut short.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 256 * 1024;
  auto text = fuzz::text_of(data, size);
  bool too_large = true;
  const auto plain = sidecar::gunzip(text, limit, too_large);
  if (plain) {
    require(!too_large && plain->size() <= limit);
    check_limit(text, *plain);
  }

  const auto cut = fuzz::take_byte(text);
  const auto body = gzip(text);
  check_limit(body, std::string(text));
  if (cut == 255) return 0;
  require(!sidecar::gunzip(body.substr(0, fuzz::place_in(body, cut)), limit, too_large));
  require(!too_large);
  return 0;
}
