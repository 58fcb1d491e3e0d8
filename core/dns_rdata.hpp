#pragma once

#include <cstdint>
#include <string>

#include "core/dns_reader.hpp"

namespace core {

/// Reads `length` bytes of a record's data and gives them as master files write them: `10.0.0.1`,
/// `10 mail.example.`, `"v=spf1" "-all"`. Types whose form is not known here (RRSIG, SVCB, …) are
/// written as RFC 3597, 5 says: `\# 3 0A0B0C`. Makes `in` bad when they are not what `type` says.
std::string dns_rdata_text(dns_reader& in, std::uint16_t type, std::size_t length);

}  // namespace core
