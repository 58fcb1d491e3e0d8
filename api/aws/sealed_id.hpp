#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_types.hpp"

namespace api {

/// Transaction ids that any replica recognises as given out by us, without a store: version 7 UUIDs
/// (RFC 9562, 5.7) whose last 32 bits are the beginning of an HMAC-SHA256 over the bits before:
/// 48 of time, 42 random ones, version and variant.
///
/// The seal keeps strangers' ids from being taken for pending; it is no permission for anything,
/// and one in 2^32 guesses passes. Ids can be guessed no better than by 42 random bits a
/// millisecond.
class id_seal {
 public:
  /// Seals with `key`, and recognises what was sealed with `previous` too, if there is one.
  explicit id_seal(const core::secret& key, const std::optional<core::secret>& previous = {});

  /// The id of a wall-clock time in Unix milliseconds; of the 48 random bits 42 are used. Pure.
  std::string make(std::uint64_t unix_millis, std::span<const std::uint8_t, 6> random) const;
  /// An id of now. Throws std::runtime_error when OpenSSL has no random bytes.
  std::string new_id() const;

  /// When an id was given out, in Unix milliseconds; nullopt when it is none of ours.
  std::optional<std::uint64_t> given_out_at(std::string_view id) const;

 private:
  std::vector<core::secret> keys_;  // the one that seals first
};

}  // namespace api
