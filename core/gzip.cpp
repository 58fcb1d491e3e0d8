#include "core/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace core {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS;
constexpr std::size_t most_at_once = std::numeric_limits<uInt>::max();

gzip_state begin_reading() {
  gzip_state state(new z_stream{}, {});
  if (inflateInit2(state.get(), gzip_only) != Z_OK) throw std::bad_alloc();
  state.get_deleter().end = [](z_stream* z) { inflateEnd(z); };
  return state;
}

gzip_state begin_writing(int level) {
  constexpr int memory = 8;
  gzip_state state(new z_stream{}, {});
  if (deflateInit2(state.get(), level, Z_DEFLATED, gzip_only, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  state.get_deleter().end = [](z_stream* z) { deflateEnd(z); };
  return state;
}

void set_input(z_stream& z, std::string_view body) noexcept {
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  z.avail_in = static_cast<uInt>(body.size());
}

void set_output(z_stream& z, std::string& out, std::size_t from) noexcept {
  z.next_out = reinterpret_cast<Bytef*>(out.data() + from);
  z.avail_out = static_cast<uInt>(std::min(out.size() - from, most_at_once));
}

/// What a body says its size is (RFC 1952, 2.3.1: ISIZE), as far as that can be: deflate packs at
/// most 1 : 1032, and nothing above the limit is wanted.
std::size_t likely_size(std::string_view body, std::size_t limit) noexcept {
  if (body.size() < 4) return 0;
  std::size_t said = 0;
  for (std::size_t i = 0; i < 4; ++i)
    said |= std::size_t{static_cast<unsigned char>(body[body.size() - 4 + i])} << (8 * i);
  return std::min({said, body.size() * 1032, limit});
}

}  // namespace

void gzip_state_end::operator()(z_stream_s* state) const noexcept {
  if (end) end(state);
  delete state;
}

result<std::string> gzip_reader::read(std::string_view body, std::size_t limit) {
  if (body.size() > most_at_once) return make_error_code(errc::too_large);
  if (!state_) state_ = begin_reading();
  z_stream& z = *state_;
  inflateReset(&z);
  set_input(z, body);
  // One byte more than said: then the end of the stream is seen without growing.
  std::string out(likely_size(body, limit) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    set_output(z, out, size);
    const int state = inflate(&z, Z_NO_FLUSH);
    size = static_cast<std::size_t>(reinterpret_cast<char*>(z.next_out) - out.data());
    if (size > limit) return make_error_code(errc::too_large);
    if (state == Z_STREAM_END) {
      if (z.avail_in == 0) break;
      inflateReset(&z);  // another member
    } else if (state != Z_OK || (z.avail_in == 0 && size < out.size())) {
      return make_error_code(errc::malformed);
    }
    if (size == out.size()) out.resize(std::min(limit + 1, 2 * size + 1024));
  }
  out.resize(size);
  return out;
}

std::string gzip_writer::write(std::string_view body) {
  if (!state_) state_ = begin_writing(level_);
  z_stream& z = *state_;
  deflateReset(&z);
  std::string out(deflateBound(&z, body.size()), '\0');
  std::size_t size = 0;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    const auto piece = body.substr(0, most_at_once);
    set_input(z, piece);
    set_output(z, out, size);
    state = deflate(&z, piece.size() == body.size() ? Z_FINISH : Z_NO_FLUSH);
    body.remove_prefix(piece.size() - z.avail_in);
    size = static_cast<std::size_t>(reinterpret_cast<char*>(z.next_out) - out.data());
  }
  out.resize(size);
  return out;
}

}  // namespace core
