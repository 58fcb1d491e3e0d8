#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"

namespace probe {

/// The parts of one attempt, in their order. The names are metric label values.
enum class phase : std::uint8_t { resolve, connect, tls, send, wait, receive };
inline constexpr std::size_t phase_count = 6;

constexpr const char* to_label(phase p) noexcept {
  constexpr std::array<const char*, phase_count> labels{"resolve", "connect", "tls",
                                                        "send",    "wait",    "receive"};
  return labels[static_cast<std::size_t>(p)];
}

/// How long each phase took; nothing for a phase that was not gone through (no connection was made,
/// no TLS was spoken, it broke before). `wait` is from the request's last byte sent to the answer's
/// first byte.
class phase_times {
 public:
  std::optional<core::duration>& operator[](phase p) noexcept {
    return times_[static_cast<std::size_t>(p)];
  }
  const std::optional<core::duration>& operator[](phase p) const noexcept {
    return times_[static_cast<std::size_t>(p)];
  }

 private:
  std::array<std::optional<core::duration>, phase_count> times_{};
};

}  // namespace probe
