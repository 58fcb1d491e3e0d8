#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sidecar {

/// Decompresses a whole gzip body (RFC 1952); nullopt when it is malformed, truncated or larger
/// than `limit` decompressed (`too_large` then says so).
std::optional<std::string> gunzip(std::string_view body, std::size_t limit, bool& too_large);

}  // namespace sidecar
