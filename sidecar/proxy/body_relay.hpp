#pragma once

#include <cstdint>
#include <string_view>

#include "core/byte_stream.hpp"
#include "core/chunked.hpp"
#include "core/framing.hpp"
#include "sidecar/proxy/read_window.hpp"

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
  /// Most bytes that may be read without taking what is behind the body; where that cannot be
  /// known, all.
  std::size_t readable(std::size_t space) const noexcept;

 private:
  core::body_kind kind_;
  std::uint64_t left_;
  core::chunked_scanner scanner_;
  bool ended_ = false;
};

enum class relay_end { done, source_failed, sink_failed, malformed, stopped };

/// What a relay is told, and what it counts.
struct relay_job {
  explicit relay_job(const core::framing& frame = {}) noexcept
      : kind(frame.kind), progress(frame) {}

  core::body_kind kind;
  body_progress progress;
  bool dechunk = false;      ///< the sink knows no chunks
  bool keep_surplus = true;  ///< bytes behind the body must stay in the window
  bool surplus = false;      ///< there were such bytes, and they are lost
  core::duration pause{};    ///< longest wait for the next bytes, either way
  std::uint64_t bytes = 0;   ///< of the body, as they were on the wire
  bool stop = false;         ///< set by another coroutine, which then wakes both streams
};

/// Streams a body from one stream to another as it comes; what the window holds already goes first.
/// Bytes behind the body stay in the window; where `keep_surplus` is off they may be lost, which
/// `surplus` then says. Large memory is lent only while bytes are there. Back-pressure is the
/// sink's: nothing is read while a write is pending.
core::task<relay_end> relay_body(core::byte_stream& from, read_window& window,
                                 core::byte_stream& to, relay_job& job);

}  // namespace sidecar
