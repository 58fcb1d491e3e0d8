#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/metrics_shard.hpp"
#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

/// How much time the caller has left for the answer: whole milliseconds, from when the request's
/// head was there. Taken from peers only, passed on with what is left of it; a stranger's is
/// dropped.
inline constexpr std::string_view timeout_header = "remora-timeout-ms";

/// The header's value: 1 to 9 digits and nothing else; nullopt for anything that is not. Pure.
std::optional<core::duration> parse_timeout(std::string_view text) noexcept;

/// What is left, in whole milliseconds rounded down, so that it is never promised too much.
std::uint64_t milliseconds_left(core::deadline until, core::instant now) noexcept;

/// Gives every request its deadline: the route's timeout from its whole head on, waiting in queues
/// included; a peer's own deadline shortens it and never lengthens it. One that has passed already
/// is answered 504 and not forwarded.
class timeouts {
 public:
  timeouts(core::metrics_shard& metrics, const listener_settings& listener);
  std::optional<reply> before(exchange_record& record);

 private:
  enum class outcome { shortened, longer, malformed, expired };
  outcome apply(exchange_record& record, std::string_view value) const noexcept;

  const listener_settings* listener_;
  std::array<core::counter_cell*, 4> outcomes_{};
};

}  // namespace sidecar
