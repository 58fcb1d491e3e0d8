#include "core/dns_reader.hpp"

namespace core {

void append_dns_escaped(std::string& out, std::uint8_t byte, bool quoted) {
  const std::string_view special = quoted ? "\"\\" : ". '@;()\"\\";
  if (byte < 0x20 || byte > 0x7e) {
    out.push_back('\\');
    for (const int unit : {100, 10, 1}) out.push_back(static_cast<char>('0' + byte / unit % 10));
    return;
  }
  if (special.find(static_cast<char>(byte)) != std::string_view::npos) out.push_back('\\');
  out.push_back(static_cast<char>(byte));
}

bool dns_reader::has(std::size_t n) noexcept {
  if (good_ && message_.size() - at_ < n) good_ = false;
  return good_;
}

std::uint8_t dns_reader::u8() noexcept {
  return has(1) ? message_[at_++] : std::uint8_t{0};
}

std::uint16_t dns_reader::u16() noexcept {
  if (!has(2)) return 0;
  const auto value = static_cast<std::uint16_t>(message_[at_] << 8 | message_[at_ + 1]);
  at_ += 2;
  return value;
}

std::uint32_t dns_reader::u32() noexcept {
  const std::uint32_t high = u16();
  return high << 16 | u16();
}

void dns_reader::skip(std::size_t n) noexcept {
  if (has(n)) at_ += n;
}

std::span<const std::uint8_t> dns_reader::bytes(std::size_t n) noexcept {
  if (!has(n)) return {};
  at_ += n;
  return message_.subspan(at_ - n, n);
}

std::string_view dns_reader::character_string() noexcept {
  const auto text = bytes(u8());
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

template <class Append>
void dns_reader::walk_name(Append append) {
  std::size_t from = at_, size = 1;
  bool jumped = false;
  while (good_) {
    if (from >= message_.size()) return fail();
    const std::uint8_t length = message_[from];
    if (length == 0) {
      if (!jumped) at_ = from + 1;
      return;
    }
    if (length >= 0xc0) {
      if (from + 1 >= message_.size()) return fail();
      const std::size_t to = static_cast<std::size_t>(length & 0x3f) << 8 | message_[from + 1];
      if (to >= (jumped ? lowest_ : from)) return fail();
      if (!jumped) at_ = from + 2;
      jumped = true;
      from = lowest_ = to;
      continue;
    }
    size += length + 1u;
    if (length > 63 || size > 255 || from + 1 + length > message_.size()) return fail();
    append(message_.subspan(from + 1, length));
    from += length + 1u;
  }
}

std::string dns_reader::name() {
  std::string out;
  walk_name([&](std::span<const std::uint8_t> label) {
    if (!out.empty()) out += '.';
    out.append(reinterpret_cast<const char*>(label.data()), label.size());
  });
  return good_ ? out : std::string();
}

std::string dns_reader::name_text() {
  std::string out;
  walk_name([&](std::span<const std::uint8_t> label) {
    for (const std::uint8_t byte : label) append_dns_escaped(out, byte, false);
    out += '.';
  });
  if (!good_) return {};
  return out.empty() ? "." : out;
}

}  // namespace core
