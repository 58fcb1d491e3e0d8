#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace core {

/// Follows a chunked body (RFC 9112, 7.1) through whatever pieces it comes in, without copying: it
/// says where the body ends and which bytes are payload. Strict: CRLF only, sizes below 2^60 in at
/// most 15 digits, no white space around them, no obs-fold, extensions and trailers bounded.
class chunked_scanner {
 public:
  static constexpr std::uint32_t max_extension = 1024;  ///< bytes behind one chunk size
  static constexpr std::uint32_t max_trailers = 8192;   ///< bytes of all trailers

  /// One step: how many bytes were consumed, and which of them are payload.
  struct step {
    std::size_t consumed = 0;
    std::string_view payload;  ///< view into the input, possibly empty
    bool done = false;         ///< the body (with its trailers) has ended
    bool bad = false;
  };
  /// Consumes framing up to and including one run of payload; call until the input is used up,
  /// `done` or `bad`. Once done or bad it consumes nothing more.
  step next(std::string_view input) noexcept;

  /// Consumes all of `input` that belongs to the body; for relaying bytes as they come. The
  /// payload of its result is empty.
  step skip(std::string_view input) noexcept;

 private:
  enum class state : std::uint8_t {
    size,
    extension,
    size_lf,
    payload,
    payload_cr,
    payload_lf,
    trailer_start,
    trailer_name,
    trailer,
    trailer_lf,
    end_lf,
    done,
    bad
  };

  state after(char c) noexcept;  // the state that a byte of framing leads to
  state after_size(char c) noexcept;
  state after_trailer(char c) noexcept;

  state state_ = state::size;
  std::uint64_t left_ = 0;
  std::uint8_t digits_ = 0;
  std::uint32_t overhead_ = 0;  // bytes of this extension, or of the trailers
};

}  // namespace core
