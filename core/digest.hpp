#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Hashes by OpenSSL. All throw std::runtime_error when OpenSSL does not do it (it ran out of
/// memory), and may be called by any thread.
namespace core {

using sha256_digest = std::array<std::uint8_t, 32>;
using sha1_digest = std::array<std::uint8_t, 20>;

sha256_digest sha256(std::string_view text);
sha256_digest hmac_sha256(std::string_view key, std::string_view text);
/// Only where a protocol wants it (EVALSHA).
sha1_digest sha1(std::string_view text);

/// The bytes of a digest as text of the same length, to be the key of the next HMAC.
std::string_view as_text(const sha256_digest& digest) noexcept;
/// With padding (RFC 4648, 4).
std::string to_base64(std::span<const std::uint8_t> bytes);
/// Lowercase hex.
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace core
