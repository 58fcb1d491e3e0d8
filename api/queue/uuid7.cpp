#include "api/queue/uuid7.hpp"

#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace api {

std::string uuid7(std::uint64_t unix_millis, std::span<const std::uint8_t, 10> random) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i)
    bytes[i] = static_cast<std::uint8_t>(unix_millis >> (8 * (5 - i)));
  for (std::size_t i = 0; i < 10; ++i) bytes[6 + i] = random[i];
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));  // version
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));  // variant

  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(digits[bytes[i] >> 4]);
    text.push_back(digits[bytes[i] & 15]);
  }
  return text;
}

namespace {

/// OpenSSL's random bytes, fetched for many ids at a time: asking for ten takes as long as for a
/// thousand. Each is given out once.
class random_stock {
 public:
  std::span<const std::uint8_t, 10> ten() {
    if (used_ + 10 > stock_.size()) refill();
    const std::span<const std::uint8_t, 10> given(stock_.data() + used_, 10);
    used_ += 10;
    return given;
  }

 private:
  void refill() {
    if (RAND_bytes(stock_.data(), static_cast<int>(stock_.size())) != 1)
      throw std::runtime_error("OpenSSL has no random bytes");
    used_ = 0;
  }
  std::array<std::uint8_t, 640> stock_{};
  std::size_t used_ = stock_.size();
};

}  // namespace

std::string new_transaction_id() {
  thread_local random_stock stock;
  const auto random = stock.ten();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return uuid7(static_cast<std::uint64_t>(
                   std::chrono::duration_cast<std::chrono::milliseconds>(now).count()),
               random);
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace api
