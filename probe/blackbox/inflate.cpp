#include "probe/blackbox/inflate.hpp"

#include <zlib.h>

#include <algorithm>

namespace probe::blackbox {
namespace {

/// A state of zlib that ends itself.
class stream {
 public:
  explicit stream(inflate_form form) noexcept
      : good_(inflateInit2(&state_, form == inflate_form::gzip ? 15 + 16 : -15) == Z_OK) {}
  ~stream() {
    if (good_) inflateEnd(&state_);
  }
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  explicit operator bool() const noexcept { return good_; }
  z_stream* operator->() noexcept { return &state_; }
  int step() noexcept { return ::inflate(&state_, Z_NO_FLUSH); }
  void again() noexcept { inflateReset(&state_); }

 private:
  z_stream state_{};
  bool good_;
};

}  // namespace

inflated inflate(std::string_view body, inflate_form form, std::size_t limit) {
  inflated out;
  stream z(form);
  if (!z) {
    out.why = "out of memory";
    return out;
  }
  // A gzip body that is no gzip fails before anything is read, an empty one too.
  out.began =
      form == inflate_form::deflate || (body.size() >= 10 && body.starts_with("\x1f\x8b\x08"));
  z->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  z->avail_in = static_cast<uInt>(body.size());
  char piece[32 * 1024];
  for (int state = Z_OK;;) {
    z->next_out = reinterpret_cast<Bytef*>(piece);
    z->avail_out = sizeof piece;
    state = z.step();
    const std::size_t got = sizeof piece - z->avail_out;
    const std::size_t room = limit - out.text.size();
    out.text.append(piece, std::min(got, room));
    if (got > room) {
      out.why = "body is larger than the limit";
      return out;
    }
    if (state == Z_STREAM_END) {
      if (form == inflate_form::deflate || z->avail_in == 0) return out;
      z.again();  // another member (RFC 1952, 2.2)
    } else if (state != Z_OK) {
      out.why = state == Z_BUF_ERROR ? "body ends too early" : "body is not compressed like this";
      return out;
    }
  }
}

}  // namespace probe::blackbox
