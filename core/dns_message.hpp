#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/task.hpp"

namespace core {

struct dns_question {
  std::string name;  ///< absolute, as `dns_reader::name_text`
  std::uint16_t type = 0;
  std::uint16_t cls = 0;

  friend bool operator==(const dns_question&, const dns_question&) = default;
};

/// A resource record (RFC 1035, 4.1.3).
struct dns_record {
  std::string name;  ///< absolute
  std::uint16_t type = 0;
  std::uint16_t cls = 0;
  std::uint32_t ttl = 0;  ///< seconds, as sent (RFC 2181, 8, not applied)
  std::string data;       ///< RDATA as master files write it; see `dns_rdata_text`

  /// The record as master files write it: name, TTL, class, type and data, each but the last
  /// followed by a tab.
  std::string text() const;
  friend bool operator==(const dns_record&, const dns_record&) = default;
};

/// A whole DNS message (RFC 1035, 4.1).
struct dns_message {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;  ///< the second word of the header; see below
  std::vector<dns_question> questions;
  std::vector<dns_record> answers;
  std::vector<dns_record> authority;
  std::vector<dns_record> additional;  ///< with the OPT record, when there is one (RFC 6891)

  bool is_response() const noexcept { return flags & 0x8000; }
  bool authoritative() const noexcept { return flags & 0x0400; }
  bool truncated() const noexcept { return flags & 0x0200; }
  bool recursion_desired() const noexcept { return flags & 0x0100; }
  bool recursion_available() const noexcept { return flags & 0x0080; }
  bool authentic_data() const noexcept { return flags & 0x0020; }
  /// Without the upper bits that an OPT record carries.
  std::uint8_t rcode() const noexcept { return flags & 0x000f; }

  /// The serial number of the first SOA record among the answers.
  std::optional<std::uint32_t> serial() const;
};

/// Reads a whole message; pure. `errc::malformed` when a part that its header announces is not
/// there, or a record's data is not what its type says. Bytes after the last record are ignored.
result<dns_message> parse_dns_message(std::span<const std::uint8_t> bytes);

}  // namespace core
