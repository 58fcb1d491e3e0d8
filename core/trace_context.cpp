#include "core/trace_context.hpp"

#include <algorithm>

#include "core/random_source.hpp"
#include "core/trim.hpp"

namespace core {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::uint8_t no_digit = 0xff;

/// Upper case is no hex here: W3C Trace Context has lowercase only.
constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::uint8_t i = 0; i < 16; ++i) table[static_cast<unsigned char>(hex_digits[i])] = i;
  return table;
}();

constexpr auto hex_pairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte)
    pairs[byte] = {hex_digits[byte >> 4], hex_digits[byte & 15]};
  return pairs;
}();

template <std::size_t n>
char* write_hex(const std::array<std::uint8_t, n>& bytes, char* out) noexcept {
  for (const auto byte : bytes) out = std::copy_n(hex_pairs[byte].data(), 2, out);
  return out;
}

/// Reads 2n digits; false when one of them is none.
template <std::size_t n>
bool read_hex(const char* text, std::array<std::uint8_t, n>& bytes) noexcept {
  std::uint8_t seen = 0;
  for (auto& byte : bytes) {
    const auto high = hex_values[static_cast<unsigned char>(*text++)];
    const auto low = hex_values[static_cast<unsigned char>(*text++)];
    seen |= high | low;
    byte = static_cast<std::uint8_t>(high << 4 | (low & 15));
  }
  return seen != no_digit;
}

template <std::size_t n>
bool any(const std::array<std::uint8_t, n>& bytes) noexcept {
  std::uint8_t seen = 0;
  for (const auto byte : bytes) seen |= byte;
  return seen != 0;
}

span_id new_span_id(random_source& random) noexcept {
  span_id id;
  do random.fill(id.bytes);
  while (!id);
  return id;
}

}  // namespace

trace_id::operator bool() const noexcept {
  return any(bytes);
}
span_id::operator bool() const noexcept {
  return any(bytes);
}

std::string trace_id::hex() const {
  std::string text(32, '0');
  write_hex(bytes, text.data());
  return text;
}

std::string span_id::hex() const {
  std::string text(16, '0');
  write_hex(bytes, text.data());
  return text;
}

std::array<char, 55> format_traceparent(const span_context& context) noexcept {
  std::array<char, 55> text;
  char* out = std::copy_n("00-", 3, text.data());
  out = write_hex(context.trace.bytes, out);
  *out++ = '-';
  out = write_hex(context.span.bytes, out);
  *out++ = '-';
  write_hex(std::array{context.flags}, out);
  return text;
}

std::optional<span_context> parse_traceparent(std::string_view value) noexcept {
  const auto text = trim(value);
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::array<std::uint8_t, 1> version, flags;
  span_context context;
  const bool hex =
      read_hex(text.data(), version) && read_hex(text.data() + 3, context.trace.bytes) &&
      read_hex(text.data() + 36, context.span.bytes) && read_hex(text.data() + 53, flags);
  if (!hex || version[0] == 0xff || !context.trace || !context.span) return std::nullopt;
  if (text.size() > 55 && (version[0] == 0 || text[55] != '-')) return std::nullopt;
  context.flags = flags[0] & (span_context::sampled_flag | span_context::random_flag);
  return context;
}

span_context new_root(random_source& random, bool sampled) noexcept {
  span_context context;
  do random.fill(context.trace.bytes);
  while (!context.trace);
  context.span = new_span_id(random);
  context.flags = span_context::random_flag;
  if (sampled) context.flags |= span_context::sampled_flag;
  return context;
}

span_context child_of(const span_context& parent, random_source& random, bool sampled) noexcept {
  span_context context;
  context.trace = parent.trace;
  context.span = new_span_id(random);
  context.flags = parent.flags & span_context::random_flag;
  if (sampled) context.flags |= span_context::sampled_flag;
  return context;
}

}  // namespace core
