#include "api/postgres/scram.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/digest.hpp"

namespace api {
namespace {

constexpr const char* mechanism = "SCRAM-SHA-256";

}  // namespace

std::string scram_verifier(std::string_view password, std::span<const unsigned char> salt,
                           int iterations) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (password.empty() || !std::all_of(password.begin(), password.end(), printable))
    throw std::invalid_argument("a role's password must be printable ASCII");

  core::sha256_digest salted;
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(),
                        static_cast<int>(salted.size()), salted.data()) != 1)
    throw std::runtime_error("OpenSSL cannot derive a key");
  const auto client_key = core::hmac_sha256(core::as_text(salted), "Client Key");
  const auto server_key = core::hmac_sha256(core::as_text(salted), "Server Key");
  const auto stored_key = core::sha256(core::as_text(client_key));
  return std::string(mechanism) + "$" + std::to_string(iterations) + ":" + core::to_base64(salt) +
         "$" + core::to_base64(stored_key) + ":" + core::to_base64(server_key);
}

std::string scram_verifier(std::string_view password) {
  std::array<unsigned char, 16> salt;
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  return scram_verifier(password, salt);
}

}  // namespace api
