#include "sidecar/access_log/line_text.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "core/utf8.hpp"

namespace sidecar {
namespace {

constexpr char digits[] = "0123456789abcdef";

constexpr auto hex_pairs = [] {
  std::array<std::array<char, 2>, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {digits[i >> 4], digits[i & 15]};
  return out;
}();

/// Bytes that stand for themselves in both kinds of lines.
constexpr auto harmless = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) out[c] = c != '"' && c != '\\';
  return out;
}();

constexpr std::uint64_t each = 0x0101010101010101ULL;
constexpr std::uint64_t top = 0x80 * each;

/// Whether any of eight bytes may not be harmless (it errs on that side).
bool suspicious(std::uint64_t eight) noexcept {
  const auto zero = [](std::uint64_t v) { return (v - each) & ~v; };
  return ((eight | (eight - 0x20 * each) | zero(eight ^ ('"' * each)) |
           zero(eight ^ ('\\' * each)) | zero(eight ^ (0x7F * each))) &
          top) != 0;
}

/// How many bytes at the front are harmless.
std::size_t harmless_prefix(std::string_view text) noexcept {
  std::size_t n = 0;
  for (; n + 8 <= text.size(); n += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + n, 8);
    if (suspicious(eight)) break;
  }
  while (n < text.size() && harmless[static_cast<unsigned char>(text[n])]) ++n;
  return n;
}

void six_digits(char* at, std::uint32_t value) noexcept {
  for (int i = 5; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

void escape_json(line_text& out, char c) noexcept {
  out.put('\\');
  switch (c) {
    case '"':
    case '\\': return out.put(c);
    case '\n': return out.put('n');
    case '\r': return out.put('r');
    case '\t': return out.put('t');
    default: break;
  }
  out.put("u00");
  out.hex({reinterpret_cast<const std::uint8_t*>(&c), 1});
}

void escape_plain(line_text& out, char c) noexcept {
  out.put("\\x");
  out.hex({reinterpret_cast<const std::uint8_t*>(&c), 1});
}

}  // namespace

void line_text::number(std::uint64_t value) noexcept {
  at = std::to_chars(at, at + 20, value).ptr;
}

void line_text::seconds(core::duration d) noexcept {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  const auto whole = static_cast<std::uint64_t>(micros < 0 ? 0 : micros);
  number(whole / 1'000'000);
  put('.');
  six_digits(at, static_cast<std::uint32_t>(whole % 1'000'000));
  at += 6;
}

void line_text::hex(std::span<const std::uint8_t> bytes) noexcept {
  for (const auto byte : bytes) {
    std::memcpy(at, hex_pairs[byte].data(), 2);
    at += 2;
  }
}

template <class Escape>
void line_text::escaped(std::string_view text, Escape escape) noexcept {
  for (;;) {
    const std::size_t n = harmless_prefix(text);
    put(text.substr(0, n));
    text.remove_prefix(n);
    if (text.empty()) return;
    const std::size_t length = core::utf8_sequence(text);
    if (length > 1)
      put(text.substr(0, length));
    else
      escape(*this, text[0], length == 1);
    text.remove_prefix(length > 1 ? length : 1);
  }
}

void line_text::json(std::string_view text) noexcept {
  escaped(text, [](line_text& out, char c, bool valid) {
    if (valid)
      escape_json(out, c);
    else
      out.put("\xEF\xBF\xBD");
  });
}

void line_text::plain(std::string_view text) noexcept {
  escaped(text, [](line_text& out, char c, bool) { escape_plain(out, c); });
}

void timestamp_text::put(line_text& out, std::uint64_t unix_nanos) noexcept {
  const std::uint64_t second = unix_nanos / 1'000'000'000;
  if (second != second_) {
    const auto time = static_cast<std::time_t>(second);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
    std::memcpy(text_, text, sizeof text_);
    second_ = second;
  }
  out.put({text_, sizeof text_});
  six_digits(out.at, static_cast<std::uint32_t>(unix_nanos % 1'000'000'000 / 1000));
  out.at += 6;
  out.put('Z');
}

}  // namespace sidecar
