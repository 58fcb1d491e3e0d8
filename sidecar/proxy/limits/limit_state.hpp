#pragma once

#include <cstdint>

namespace sidecar {

/// The limits, as metrics and the header Remora-Refused name them (`to_label`).
enum class limit_kind : std::uint8_t {
  none,
  rate,           ///< no token of its client is left (429)
  overloaded,     ///< shed, because requests wait too long inside the sidecar (503)
  concurrency,    ///< too many in flight, and no room to wait (503)
  queue_timeout,  ///< waited too long for a place (503)
  connections,    ///< too many connections of its client (closed)
};
inline constexpr int limit_kind_count = 6;
const char* to_label(limit_kind kind) noexcept;

/// What the limits made of one request. The places are given back by the layers that took them.
struct limit_state {
  limit_kind refused = limit_kind::none;
  std::uint8_t would_refuse = 0;  ///< a bit (1 << kind) for each limit that only observes
  bool reserved = false;          ///< a probe in the reserve: beside all limits
  bool place_in_route = false;    ///< counted by the route's concurrency limit
  bool place_in_listener = false;

  bool observed(limit_kind kind) const noexcept {
    return (would_refuse & (1u << static_cast<unsigned>(kind))) != 0;
  }
};

}  // namespace sidecar
