#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "core/clock.hpp"

namespace core {

/// The keys that seal the session tickets of a program's TLS servers (RFC 5077, RFC 8446 4.6.1).
/// They outlive the certificates, so that sessions resume after a rotation. A new key is made every
/// `period`; the one before still opens tickets for one period more, so that nobody who takes the
/// process's memory can read what was said longer than two periods before. Safe to share between
/// threads; used once a handshake. Throws std::runtime_error when OpenSSL gives no random bytes.
class ticket_keys {
 public:
  static constexpr duration default_period = std::chrono::hours(1);

  struct key {
    std::array<std::uint8_t, 16> name;
    std::array<std::uint8_t, 32> cipher;
    std::array<std::uint8_t, 32> mac;
  };
  struct opened {
    key with;
    bool renew = false;  ///< the ticket's key is about to go: give the client a new ticket
  };

  explicit ticket_keys(duration period = default_period) : period_(period) {}
  ~ticket_keys();

  /// The key for a new ticket.
  key sealing(instant now);
  /// The key that a ticket was sealed with; nullopt when it is unknown or has gone.
  std::optional<opened> opening(std::span<const std::uint8_t, 16> name, instant now);

 private:
  void rotate(instant now);

  std::mutex mutex_;
  duration period_;
  instant born_{};  // of the current key
  std::optional<key> current_, previous_;
};

}  // namespace core
