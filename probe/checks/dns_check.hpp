#pragma once

#include "core/dns_message.hpp"
#include "probe/checks/check.hpp"

namespace probe {

/// The check of kind `dns`: one question to one server, over a socket of its own. The answer's body
/// is what `dns_json` makes of it.
core::task<check_result> check_dns(check_context& context);

/// A DNS answer as JSON, for pointers: `rcode`, `authoritative`, `truncated`,
/// `recursion_available`, and the lists `answers`, `authority` and `additional` of records, each
/// with `name`, `ttl`, `class`, `type`, `data`, `text` (the whole record), and for SRV records
/// `priority`, `weight`, `port` and `target`, for MX records `preference` and `exchange`. Names are
/// without the dot at their end, but for `data` and `text`.
std::string dns_json(const core::dns_message& message);

}  // namespace probe
