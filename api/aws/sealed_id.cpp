#include "api/aws/sealed_id.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>

#include "api/queue/uuid7.hpp"
#include "core/digest.hpp"

namespace api {
namespace {

constexpr std::size_t seal_size = 4;
constexpr std::size_t sealed_size = 16 - seal_size;

using uuid_bytes = std::array<std::uint8_t, 16>;

/// The bytes of a UUID in text, which is known to be one.
uuid_bytes bytes_of(std::string_view id) {
  uuid_bytes bytes{};
  std::size_t at = 0;
  for (auto& byte : bytes) {
    if (id[at] == '-') ++at;
    std::from_chars(id.data() + at, id.data() + at + 2, byte, 16);
    at += 2;
  }
  return bytes;
}

core::sha256_digest mac_of(const core::secret& key, const uuid_bytes& bytes) {
  return core::hmac_sha256(key.reveal(),
                           {reinterpret_cast<const char*>(bytes.data()), sealed_size});
}

std::string with_tail(std::uint64_t unix_millis, std::span<const std::uint8_t, 6> random,
                      std::span<const std::uint8_t, seal_size> seal) {
  std::array<std::uint8_t, 10> tail{};
  std::copy(random.begin(), random.end(), tail.begin());
  std::copy(seal.begin(), seal.end(), tail.begin() + random.size());
  return uuid7(unix_millis, tail);
}

}  // namespace

id_seal::id_seal(const core::secret& key, const std::optional<core::secret>& previous)
    : keys_{key} {
  if (previous) keys_.push_back(*previous);
}

std::string id_seal::make(std::uint64_t unix_millis,
                          std::span<const std::uint8_t, 6> random) const {
  const std::array<std::uint8_t, seal_size> open{};
  const auto mac = mac_of(keys_.front(), bytes_of(with_tail(unix_millis, random, open)));
  return with_tail(unix_millis, random, std::span(mac).first<seal_size>());
}

std::string id_seal::new_id() const {
  std::array<std::uint8_t, 6> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return make(static_cast<std::uint64_t>(now.count()), random);
}

std::optional<std::uint64_t> id_seal::given_out_at(std::string_view id) const {
  if (!is_uuid(id)) return std::nullopt;
  const uuid_bytes bytes = bytes_of(id);
  const bool ours = std::any_of(keys_.begin(), keys_.end(), [&bytes](const core::secret& key) {
    return CRYPTO_memcmp(mac_of(key, bytes).data(), bytes.data() + sealed_size, seal_size) == 0;
  });
  // Whoever could seal another version of UUID has the key; but only this one is ever made.
  if (!ours || bytes[6] >> 4 != 7 || bytes[8] >> 6 != 2) return std::nullopt;
  std::uint64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis << 8 | bytes[i];
  return millis;
}

}  // namespace api
