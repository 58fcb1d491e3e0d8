#include "sidecar/relay/otlp_json_value.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

namespace sidecar::otlp_json {
namespace {

std::optional<std::uint8_t> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    out.push_back(static_cast<char>(*high << 4 | *low));
  }
  return out;
}

std::optional<std::uint32_t> sextet(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return std::nullopt;
}

/// Either alphabet, padded or not (protobuf's JSON mapping).
std::optional<std::string> from_base64(std::string_view text) {
  const auto padding = text.size() - text.find_last_not_of('=') - 1;
  if (padding > 0 && (padding > 2 || text.size() % 4 != 0)) return std::nullopt;
  text.remove_suffix(padding);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto six = sextet(c);
    if (!six) return std::nullopt;
    bits = bits << 6 | *six;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>(bits >> held));
  }
  return out;
}

template <class T>
bool whole(std::string_view text, T& value) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// What begins as numbers of JSON do; `from_chars` also knows "inf" and "nan".
bool looks_numeric(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  if (!looks_numeric(text)) return std::nullopt;
  if (whole(text, value)) return value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range || end != text.data() + text.size())
    return std::nullopt;
  value = std::strtod(std::string(text).c_str(), nullptr);  // nearly zero is fine, infinity is not
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> to_number(token t, std::string_view text) {
  if (t == token::string && text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (t == token::string && text == "Infinity") return std::numeric_limits<double>::infinity();
  if (t == token::string && text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return to_double(text);
}

/// Also integers with a fraction of zeros or an exponent ("1e3"), as far as a double is exact.
template <class T>
std::optional<T> to_integer(std::string_view text) {
  T value = 0;
  if (whole(text, value)) return value;
  const auto number = text.find_first_of(".eE") == text.npos ? std::nullopt : to_double(text);
  if (!number || std::trunc(*number) != *number) return std::nullopt;
  // The limits as doubles may lie one above what the type holds, so that is excluded.
  const auto above = std::ldexp(1.0, std::numeric_limits<T>::digits);
  if (*number >= above || *number < static_cast<double>(std::numeric_limits<T>::min()))
    return std::nullopt;
  return static_cast<T>(*number);
}

void append_little_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

bool append_fixed(std::string& out, const field& f, std::uint32_t wire, std::uint64_t value) {
  append_tag(out, f.number, wire);
  append_little_endian(out, value, wire == fixed_64_wire ? 8 : 4);
  return true;
}

bool append_integer(std::string& out, const field& f, std::uint64_t value) {
  append_tag(out, f.number, varint_wire);
  append_varint(out, value);
  return true;
}

bool append_bytes(std::string& out, const field& f, std::string_view bytes) {
  append_tag(out, f.number, bytes_wire);
  append_varint(out, bytes.size());
  out.append(bytes);
  return true;
}

bool append_string(std::string& out, const field& f, std::string_view text) {
  if (f.kind == kind::text) return append_bytes(out, f, text);
  if (f.kind == kind::hex && text.empty()) return true;
  const auto bytes = f.kind == kind::hex ? from_hex(text) : from_base64(text);
  return bytes && append_bytes(out, f, *bytes);
}

}  // namespace

void append_varint(std::string& out, std::uint64_t value) {
  for (; value > 127; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void append_tag(std::string& out, std::uint32_t number, std::uint32_t wire_type) {
  append_varint(out, number << 3 | wire_type);
}

bool append_scalar(std::string& out, const field& f, token t, std::string_view text) {
  if (f.kind == kind::boolean)
    return t == token::truth && append_integer(out, f, text == "true" ? 1 : 0);
  if (t == token::truth) return false;
  switch (f.kind) {
    case kind::text:
    case kind::hex:
    case kind::base64: return t == token::string && append_string(out, f, text);
    case kind::integer: {
      const auto value = to_integer<std::int64_t>(text);
      return value && append_integer(out, f, static_cast<std::uint64_t>(*value));
    }
    case kind::enumeration: {
      const auto value = t == token::number ? to_integer<std::int32_t>(text) : std::nullopt;
      return value && append_integer(out, f, static_cast<std::uint64_t>(std::int64_t{*value}));
    }
    case kind::unsigned_32: {
      const auto value = to_integer<std::uint32_t>(text);
      return value && append_integer(out, f, *value);
    }
    case kind::fixed_32: {
      const auto value = to_integer<std::uint32_t>(text);
      return value && append_fixed(out, f, fixed_32_wire, *value);
    }
    case kind::fixed_64: {
      const auto value = to_integer<std::uint64_t>(text);
      return value && append_fixed(out, f, fixed_64_wire, *value);
    }
    case kind::number: {
      const auto value = to_number(t, text);
      return value && append_fixed(out, f, fixed_64_wire, std::bit_cast<std::uint64_t>(*value));
    }
    case kind::boolean:
    case kind::message: break;
  }
  return false;
}

}  // namespace sidecar::otlp_json
