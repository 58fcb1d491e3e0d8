#include "core/srv_answer.hpp"

#include <algorithm>
#include <optional>

#include "core/dns_reader.hpp"

namespace core {
namespace {

constexpr std::uint16_t type_cname = 5, type_srv = 33, class_in = 1;
constexpr std::uint16_t response_bit = 0x8000, truncated_bit = 0x0200, rcode_mask = 0x000f;
constexpr std::uint16_t rcode_no_name = 3;

bool in_host_name(std::uint8_t c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

struct header {
  std::uint16_t flags, questions, answers;
};

header read_header(dns_reader& in) {
  in.u16();
  header out{in.u16(), in.u16(), in.u16()};
  in.skip(4);
  return out;
}

/// The body of an SRV record, which must fill its length; nullopt when it does not.
std::optional<srv_record> read_srv(dns_reader& in, std::size_t end) {
  srv_record out{in.u16(), in.u16(), in.u16(), in.name()};
  const bool host = std::all_of(out.target.begin(), out.target.end(), [](char c) {
    return c == '.' || in_host_name(static_cast<std::uint8_t>(c));
  });
  if (!in.good() || in.at() != end || !host) return std::nullopt;
  return out;
}

/// Reads one record into `out`; false when it cannot be read.
bool read_record(dns_reader& in, srv_answer& out) {
  in.name();
  const std::uint16_t type = in.u16(), cls = in.u16();
  const std::uint32_t ttl = in.u32();
  const std::size_t length = in.u16();
  const std::size_t end = in.at() + length;
  const bool ours = cls == class_in && (type == type_srv || type == type_cname);
  // A TTL with the top bit set means none (RFC 2181, 8).
  if (ours) out.ttl = std::min(out.ttl, ttl > 0x7fffffff ? 0 : ttl);
  if (!ours || type != type_srv) {
    in.skip(length);
    return in.good();
  }
  auto record = read_srv(in, end);
  if (!record) return false;
  if (!record->target.empty()) out.records.push_back(std::move(*record));
  return true;
}

}  // namespace

result<srv_answer> parse_srv_answer(std::span<const std::uint8_t> message) {
  dns_reader in(message);
  const header h = read_header(in);
  if (!in.good() || !(h.flags & response_bit) || (h.flags & truncated_bit)) return errc::malformed;
  if ((h.flags & rcode_mask) == rcode_no_name) return errc::name_not_found;
  if ((h.flags & rcode_mask) != 0) return errc::unreachable;
  for (int i = 0; i < h.questions && in.good(); ++i) {
    in.name();
    in.skip(4);
  }
  srv_answer out;
  out.ttl = 0x7fffffff;
  for (int i = 0; i < h.answers; ++i)
    if (!in.good() || !read_record(in, out)) return errc::malformed;
  if (!in.good()) return errc::malformed;
  if (out.records.empty()) return errc::name_not_found;
  return out;
}

}  // namespace core
