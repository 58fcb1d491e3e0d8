#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace api {

/// A version 7 UUID (RFC 9562, 5.7) of a wall-clock time in Unix milliseconds; ids of later
/// milliseconds sort later. `random` is ten random bytes; whoever must not guess ids of others gets
/// them from `new_transaction_id`.
std::string uuid7(std::uint64_t unix_millis, std::span<const std::uint8_t, 10> random);

/// A version 7 UUID of now with bytes of OpenSSL's generator.
std::string new_transaction_id();

/// Whether `text` is a UUID as we write them: 8-4-4-4-12 lowercase hex digits.
bool is_uuid(std::string_view text) noexcept;

}  // namespace api
