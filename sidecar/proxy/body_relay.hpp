#pragma once

#include <cstdint>
#include <string_view>

#include "core/byte_stream.hpp"
#include "core/chunked.hpp"
#include "core/framing.hpp"
#include "sidecar/proxy/workspace.hpp"

namespace sidecar {

/// How much of what comes belongs to a body, by its framing. Pure.
class body_progress {
 public:
  explicit body_progress(const core::framing& frame) noexcept
      : kind_(frame.kind), left_(frame.length) {}

  struct part {
    std::size_t take = 0;      ///< bytes of the input that belong to the body
    std::string_view payload;  ///< of them, what is no chunk framing
    bool bad = false;
  };
  /// Looks at the next bytes; with `payload_only`, one run of payload at a time.
  part next(std::string_view input, bool payload_only) noexcept;
  bool done() const noexcept;

 private:
  core::body_kind kind_;
  std::uint64_t left_;
  core::chunked_scanner scanner_;
  bool ended_ = false;
};

enum class relay_end { done, source_failed, sink_failed, malformed };

/// What a relay is told, and what it counts.
struct relay_job {
  core::framing frame;
  bool dechunk = false;     ///< the sink knows no chunks
  core::duration pause{};   ///< longest wait for the next bytes, either way
  std::uint64_t bytes = 0;  ///< of the body, as they were on the wire
};

/// Streams a body from one stream to another as it comes; what the window holds already goes first.
/// Bytes behind the body stay in the window. Back-pressure is the sink's: nothing is read while a
/// write is pending.
core::task<relay_end> relay_body(core::byte_stream& from, read_window& window,
                                 core::byte_stream& to, relay_job& job);

}  // namespace sidecar
