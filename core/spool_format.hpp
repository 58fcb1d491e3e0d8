#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/span_sink.hpp"

/// The bytes of a spool, without I/O. A segment file is eight bytes of `spool_magic` and frames
/// behind each other. A frame is, in little endian,
///   u32 length    of what follows the checksum
///   u32 checksum  CRC-32 of the length's four bytes and of what follows the checksum
///   u64 written   milliseconds since the Unix epoch
///   u32 spans
///   body          an OTLP ExportTraceServiceRequest
/// The cursor file says up to where everything was acknowledged: u64 segment, u64 offset into it,
/// u32 CRC-32 of these.
namespace core {

inline constexpr std::string_view spool_magic = "RMSPOOL1";
/// What a frame has beside its body.
inline constexpr std::size_t spool_frame_overhead = 20;
/// The longest body a frame may have; more is taken for damage.
inline constexpr std::size_t spool_longest_body = 256 * 1024 * 1024;

/// A frame as it was found; `body` is a view into the segment.
struct spool_frame {
  std::uint64_t written = 0;
  std::uint64_t spans = 0;
  std::string_view body;
};

/// Appends a frame; `batch.spans` fits into 32 bits and its body is not too long (the caller's
/// business).
void append_frame(std::string& segment, const span_batch& batch, std::uint64_t unix_millis);

/// The size of the frame that begins with `head` (four bytes or more) where `left` bytes are left;
/// nullopt when there cannot be one.
std::optional<std::size_t> frame_size(std::string_view head, std::size_t left) noexcept;
/// Reads one frame of exactly that size; nullopt when its checksum is another.
std::optional<spool_frame> read_frame(std::string_view frame) noexcept;

/// Finds the first whole frame at or behind `at` and moves `at` behind it. Damage is skipped by the
/// damaged frame's own length, so that a flipped bit in a body costs this frame only; one in a
/// length costs the rest. At the end, and when nothing readable follows, nullopt and `at`
/// unchanged.
std::optional<spool_frame> next_frame(std::string_view segment, std::size_t& at) noexcept;

/// What a segment holds from an offset on.
struct spool_survey {
  std::uint64_t spans = 0;
  std::uint64_t newest = 0;   ///< `written` of its newest frame; 0 without one
  std::uint64_t damaged = 0;  ///< bytes that are no frame, a torn tail among them
  std::size_t end = 0;        ///< behind the last whole frame
};
/// `from` is a frame's begin, or anything below the first one's. A segment with other magic is
/// damaged as a whole.
spool_survey survey_segment(std::string_view segment, std::size_t from) noexcept;

/// Up to where everything was acknowledged.
struct spool_cursor {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  friend bool operator==(const spool_cursor&, const spool_cursor&) = default;
};
std::string encode_cursor(const spool_cursor& cursor);
/// nullopt when it is not exactly a cursor.
std::optional<spool_cursor> decode_cursor(std::string_view text) noexcept;

}  // namespace core
