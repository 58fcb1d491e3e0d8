#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/tls_facts.hpp"
#include "probe/format/tls_expectation.hpp"

namespace probe {

/// Compares a connection with what its TLS must be, at `unix_time` (seconds); nothing when all of
/// it holds. `facts` is null for a connection without TLS. Pure.
std::vector<std::string> compare_tls(const tls_expectation& expected, const core::tls_facts* facts,
                                     std::int64_t unix_time);

/// Whether a certificate is good for a host name or numeric address: its subject alternative names
/// only, `*` for one whole label (RFC 6125, 6.4.3).
bool is_good_for(const core::certificate_facts& certificate, std::string_view host);

}  // namespace probe
