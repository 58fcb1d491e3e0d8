#include "sidecar/relay/gzip.hpp"

#include <zlib.h>

namespace sidecar {

std::optional<std::string> gunzip(std::string_view body, std::size_t limit, bool& too_large) {
  too_large = false;
  z_stream z{};
  constexpr int gzip_only = 16 + MAX_WBITS;
  if (inflateInit2(&z, gzip_only) != Z_OK) return std::nullopt;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  z.avail_in = static_cast<uInt>(body.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && !too_large) {
    char piece[16384];
    z.next_out = reinterpret_cast<Bytef*>(piece);
    z.avail_out = sizeof piece;
    state = inflate(&z, Z_NO_FLUSH);
    const std::size_t got = sizeof piece - z.avail_out;
    too_large = out.size() + got > limit;
    if (!too_large) out.append(piece, got);
  }
  inflateEnd(&z);
  if (state != Z_STREAM_END || too_large) return std::nullopt;
  return out;
}

}  // namespace sidecar
