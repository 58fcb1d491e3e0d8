#pragma once

#include <cstdint>
#include <string_view>

#include "core/byte_stream.hpp"
#include "core/task.hpp"

namespace sidecar {

/// What went through a tunnel, in bytes.
struct tunnel_bytes {
  std::uint64_t to_upstream = 0;
  std::uint64_t to_client = 0;
};

/// Relays bytes both ways after a 101 (RFC 9110, 7.8) until both directions have ended: an end of
/// one is passed on as a half-close, while the other goes on. A pause longer than `idle` in both
/// directions ends it. What each side had sent behind its head goes first. The streams outlive it.
core::task<tunnel_bytes> relay_tunnel(core::byte_stream& client, std::string_view from_client,
                                      core::byte_stream& upstream, std::string_view from_upstream,
                                      core::duration idle);

}  // namespace sidecar
