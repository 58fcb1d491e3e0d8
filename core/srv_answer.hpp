#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/task.hpp"

namespace core {

/// One target of a service (RFC 2782).
struct srv_record {
  std::uint16_t priority = 0;  ///< lowest first
  std::uint16_t weight = 0;    ///< share within a priority
  std::uint16_t port = 0;
  std::string target;  ///< host name without the dot at its end

  friend bool operator==(const srv_record&, const srv_record&) = default;
};

struct srv_answer {
  std::vector<srv_record> records;  ///< in the order of the message, never empty
  std::uint32_t ttl = 0;            ///< seconds: the smallest of all records that led here
};

/// Reads a whole DNS message (RFC 1035, 4) that answers a query for SRV records; pure.
/// `errc::name_not_found` for no such name, no such records, or the target `.` ("decidedly not
/// available"), `errc::unreachable` for a server that failed, `errc::malformed` for anything that
/// is no whole answer or whose targets are no host names.
result<srv_answer> parse_srv_answer(std::span<const std::uint8_t> message);

}  // namespace core
