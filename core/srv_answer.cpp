#include "core/srv_answer.hpp"

#include <algorithm>
#include <optional>

namespace core {
namespace {

constexpr std::uint16_t type_cname = 5, type_srv = 33, class_in = 1;
constexpr std::uint16_t response_bit = 0x8000, truncated_bit = 0x0200, rcode_mask = 0x000f;
constexpr std::uint16_t rcode_no_name = 3;

bool in_host_name(std::uint8_t c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// Reads a message front to back; a read past its end makes it bad and gives zeros.
class dns_reader {
 public:
  explicit dns_reader(std::span<const std::uint8_t> message) noexcept : message_(message) {}

  bool good() const noexcept { return good_; }
  std::size_t at() const noexcept { return at_; }

  std::uint16_t u16() noexcept {
    if (!has(2)) return 0;
    const auto value = static_cast<std::uint16_t>(message_[at_] << 8 | message_[at_ + 1]);
    at_ += 2;
    return value;
  }
  std::uint32_t u32() noexcept {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  void skip(std::size_t n) noexcept {
    if (has(n)) at_ += n;
  }
  /// A domain name, its labels joined by dots; "" for the root. Pointers lead back only, which is
  /// what ends them.
  std::string name() {
    std::string out;
    std::size_t from = at_, size = 1;
    bool jumped = false;
    while (good_) {
      if (from >= message_.size()) return bad();
      const std::uint8_t length = message_[from];
      if (length == 0) {
        if (!jumped) at_ = from + 1;
        return out;
      }
      if (length >= 0xc0) {
        if (from + 1 >= message_.size()) return bad();
        const std::size_t to = static_cast<std::size_t>(length & 0x3f) << 8 | message_[from + 1];
        if (to >= (jumped ? lowest_ : from)) return bad();
        if (!jumped) at_ = from + 2;
        jumped = true;
        from = lowest_ = to;
        continue;
      }
      size += length + 1u;
      if (length > 63 || size > 255 || from + 1 + length > message_.size()) return bad();
      if (!out.empty()) out += '.';
      out.append(reinterpret_cast<const char*>(&message_[from + 1]), length);
      from += length + 1u;
    }
    return {};
  }

 private:
  bool has(std::size_t n) noexcept {
    if (good_ && message_.size() - at_ < n) good_ = false;
    return good_;
  }
  std::string bad() {
    good_ = false;
    return {};
  }

  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
  std::size_t lowest_ = 0;  // where the last pointer led to
  bool good_ = true;
};

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
