#include <zlib.h>

#include <string>

#include "core/gzip.hpp"
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
  core::gzip_reader reader;
  const auto just = reader.read(body, plain.size());
  require(just && *just == plain);
  if (plain.empty()) return;
  const auto less = reader.read(body, plain.size() - 1);
  require(!less && less.error() == core::make_error_code(core::errc::too_large));
}

}  // namespace

/// A gzip body of the relay: any bytes, and the input compressed, whole and cut short.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 256 * 1024;
  auto text = fuzz::text_of(data, size);
  core::gzip_reader reader;
  const auto plain = reader.read(text, limit);
  if (plain) {
    require(plain->size() <= limit);
    check_limit(text, *plain);
  }

  const auto cut = fuzz::take_byte(text);
  const auto body = gzip(text);
  check_limit(body, std::string(text));
  if (cut == 255) return 0;
  const auto part = reader.read(body.substr(0, fuzz::place_in(body, cut)), limit);
  require(!part && part.error() == core::make_error_code(core::errc::malformed));
  return 0;
}
