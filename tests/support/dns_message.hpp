#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// DNS messages as servers write them (RFC 1035), for tests of what reads them.
namespace tests::dns {

constexpr std::uint16_t type_a = 1, type_cname = 5, type_aaaa = 28, type_srv = 33;

inline std::string u16(unsigned value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}
inline std::string u32(std::uint32_t value) {
  return u16(value >> 16) + u16(value & 0xffff);
}
/// Labels without compression.
inline std::string name(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    text.remove_prefix(label.size() < text.size() ? label.size() + 1 : label.size());
  }
  return out + '\0';
}
/// The place of the question's name, as answers refer to it.
inline const std::string question_name = "\xc0\x0c";

inline std::string record(const std::string& owner, std::uint16_t type, std::uint32_t ttl,
                          const std::string& data) {
  return owner + u16(type) + u16(1) + u32(ttl) + u16(static_cast<unsigned>(data.size())) + data;
}
inline std::string srv_data(unsigned priority, unsigned weight, unsigned port,
                            std::string_view target) {
  return u16(priority) + u16(weight) + u16(port) + name(target);
}
/// The sections behind the answers.
struct more_records {
  std::vector<std::string> authority, additional;
};
/// A whole message; `flags` without the bits every answer has.
inline std::string message(std::string_view question, std::uint16_t type,
                           const std::vector<std::string>& answers, unsigned flags = 0,
                           unsigned id = 7, const more_records& more = {}) {
  std::string out = u16(id) + u16(0x8180 | flags) + u16(1);
  for (const auto* section : {&answers, &more.authority, &more.additional})
    out += u16(static_cast<unsigned>(section->size()));
  out += name(question) + u16(type) + u16(1);
  for (const auto* section : {&answers, &more.authority, &more.additional})
    for (const auto& record : *section) out += record;
  return out;
}

}  // namespace tests::dns
