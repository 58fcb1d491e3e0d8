#include "core/plain_head.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

#include "core/token.hpp"

namespace core {
namespace {

constexpr std::size_t word_size = sizeof(std::uint64_t);

constexpr std::uint64_t each_byte(unsigned char value) noexcept {
  return 0x0101010101010101ULL * value;
}

/// One pass over a head; each step gives false, or nothing, where the head is not plain.
class scanner {
 public:
  explicit scanner(std::string_view bytes) noexcept
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::size_t used() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

  bool skip(std::string_view text) noexcept {
    if (left() < text.size() || std::memcmp(at_, text.data(), text.size()) != 0) return false;
    at_ += text.size();
    return true;
  }
  std::string_view token() noexcept {
    const char* from = at_;
    skip_letters();
    while (at_ != end_ && is_token_char(*at_)) ++at_;
    return since(from);
  }
  /// Up to the first byte that is no printable ASCII character or space.
  std::string_view text() noexcept {
    const char* from = at_;
    for (; left() >= word_size; at_ += word_size) {
      std::uint64_t word;
      std::memcpy(&word, at_, word_size);
      // The high bit of each byte below 0x20 or above 0x7e; behind the first such byte a borrow may
      // set more of them.
      const std::uint64_t others =
          ((word - each_byte(0x20)) | (word + each_byte(1)) | word) & each_byte(0x80);
      if (others == 0) continue;
      if constexpr (std::endian::native != std::endian::little) break;
      at_ += std::countr_zero(others) / 8;
      return since(from);
    }
    while (at_ != end_ && *at_ >= 0x20 && *at_ < 0x7f) ++at_;
    return since(from);
  }
  std::string_view target() noexcept {
    const char* from = at_;
    while (at_ != end_ && *at_ > 0x20 && *at_ < 0x7f && *at_ != '#') ++at_;
    return since(from);
  }
  bool digit(int& number) noexcept {
    if (at_ == end_ || *at_ < '0' || *at_ > '9') return false;
    number = number * 10 + (*at_++ - '0');
    return true;
  }

 private:
  /// Words that are letters and hyphens all through, as most of a name is.
  void skip_letters() noexcept {
    for (; left() >= word_size; at_ += word_size) {
      std::uint64_t word;
      std::memcpy(&word, at_, word_size);
      // Below 0x80 no sum or difference reaches another byte; what is not is none of these.
      const std::uint64_t low = word & each_byte(0x7f);
      const std::uint64_t lower = low | each_byte(0x20);
      const std::uint64_t letters =
          (lower + each_byte(0x80 - 'a')) & ~(lower + each_byte(0x80 - 'z' - 1));
      const std::uint64_t hyphens = ~((low ^ each_byte('-')) + each_byte(0x7f));
      if (((letters | hyphens) & ~word & each_byte(0x80)) != each_byte(0x80)) return;
    }
  }
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  std::string_view since(const char* from) const noexcept {
    return {from, static_cast<std::size_t>(at_ - from)};
  }
  const char* begin_;
  const char* at_;
  const char* end_;
};

/// All fields and the empty line.
bool scan_fields(scanner& in, http_fields& out) noexcept {
  out.clear();
  while (!in.skip("\r\n")) {
    const auto name = in.token();
    if (name.empty() || !in.skip(":")) return false;
    in.skip(" ");
    const auto value = in.text();
    if (value.starts_with(' ') || value.ends_with(' ') || !in.skip("\r\n")) return false;
    if (!out.add({name, value})) return false;
    // These have a grammar that the head depends on.
    const auto known = out.all().back().known;
    if ((known == field_name::connection || known == field_name::proxy_connection) &&
        !is_token(value))
      return false;
  }
  return true;
}

}  // namespace

std::size_t split_plain_request(std::string_view bytes, std::size_t limit,
                                request_head& out) noexcept {
  scanner in(bytes.substr(0, limit));
  out.method = in.token();
  if (out.method.empty() || !in.skip(" ")) return 0;
  out.target = in.target();
  if (!out.target.starts_with('/') || out.method == "CONNECT") return 0;
  if (!in.skip(" HTTP/1.1\r\n")) return 0;
  out.legacy = false;
  return scan_fields(in, out.fields) ? in.used() : 0;
}

std::size_t split_plain_response(std::string_view bytes, std::size_t limit,
                                 response_head& out) noexcept {
  scanner in(bytes.substr(0, limit));
  out.status = 0;
  out.legacy = false;
  if (!in.skip("HTTP/1.1 ") || !in.digit(out.status) || !in.digit(out.status) ||
      !in.digit(out.status) || out.status < 100 || !in.skip(" "))
    return 0;
  out.reason = in.text();
  if (!in.skip("\r\n")) return 0;
  return scan_fields(in, out.fields) ? in.used() : 0;
}

}  // namespace core
