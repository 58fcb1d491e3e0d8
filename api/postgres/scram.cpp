#include "api/postgres/scram.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace api {
namespace {

using digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

digest hmac(const digest& key, std::string_view text) {
  digest out;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), nullptr))
    throw std::runtime_error("OpenSSL cannot compute an HMAC");
  return out;
}

std::string base64(std::span<const unsigned char> bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

std::string scram_verifier(std::string_view password, std::span<const unsigned char> salt,
                           int iterations) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (password.empty() || !std::all_of(password.begin(), password.end(), printable))
    throw std::invalid_argument("a role's password must be printable ASCII");

  digest salted;
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(),
                        static_cast<int>(salted.size()), salted.data()) != 1)
    throw std::runtime_error("OpenSSL cannot derive a key");
  const digest client_key = hmac(salted, "Client Key");
  digest stored_key;
  SHA256(client_key.data(), client_key.size(), stored_key.data());
  return "SCRAM-SHA-256$" + std::to_string(iterations) + ":" + base64(salt) + "$" +
         base64(stored_key) + ":" + base64(hmac(salted, "Server Key"));
}

std::string scram_verifier(std::string_view password) {
  std::array<unsigned char, 16> salt;
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error("OpenSSL has no random bytes");
  return scram_verifier(password, salt);
}

}  // namespace api
