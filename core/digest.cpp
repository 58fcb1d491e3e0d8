#include "core/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <stdexcept>

namespace core {
namespace {

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// An algorithm looked up once: OpenSSL 3 searches its providers anew for every one-shot call,
/// which takes longer than hashing a short text.
class algorithm {
 public:
  explicit algorithm(const char* name) : found_(EVP_MD_fetch(nullptr, name, nullptr), EVP_MD_free) {
    if (!found_) throw std::runtime_error(std::string("OpenSSL has no ") + name);
  }

  template <std::size_t Size>
  std::array<std::uint8_t, Size> of(std::string_view text) const {
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<std::uint8_t, Size> digest{};
    if (!context || !EVP_DigestInit_ex2(context.get(), found_.get(), nullptr) ||
        !EVP_DigestUpdate(context.get(), text.data(), text.size()) ||
        !EVP_DigestFinal_ex(context.get(), digest.data(), nullptr))
      throw std::runtime_error("OpenSSL cannot compute a digest");
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> found_;
};

}  // namespace

sha256_digest sha256(std::string_view text) {
  static const algorithm found("SHA256");
  return found.of<32>(text);
}

sha1_digest sha1(std::string_view text) {
  static const algorithm found("SHA1");
  return found.of<20>(text);
}

sha256_digest hmac_sha256(std::string_view key, std::string_view text) {
  sha256_digest digest{};
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
            digest.data(), nullptr))
    throw std::runtime_error("OpenSSL cannot compute an HMAC");
  return digest;
}

std::string_view as_text(const sha256_digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace core
