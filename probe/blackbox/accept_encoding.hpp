#pragma once

#include <string_view>

namespace probe::blackbox {

/// Whether an Accept-Encoding (RFC 9110, 12.5.3) lets a server answer in `coding`: it or `*` is
/// named with a quality above 0, the more specific one deciding. An empty one accepts all.
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) noexcept;

}  // namespace probe::blackbox
