#include "core/spool_format.hpp"

#include <zlib.h>

#include <algorithm>

namespace core {
namespace {

constexpr std::size_t payload_overhead = 12;  // written, spans
constexpr std::size_t header = spool_frame_overhead - payload_overhead;

template <class I>
void append_number(std::string& out, I value) {
  for (std::size_t i = 0; i < sizeof(I); ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

template <class I>
I read_number(std::string_view text, std::size_t at) noexcept {
  I value = 0;
  for (std::size_t i = 0; i < sizeof(I); ++i)
    value |= static_cast<I>(static_cast<unsigned char>(text[at + i])) << (8 * i);
  return value;
}

std::uint32_t checksum(std::string_view first, std::string_view second = {}) noexcept {
  const auto add = [](uLong sum, std::string_view text) {
    if (text.empty()) return sum;  // for a null pointer zlib gives the sum of nothing
    return crc32_z(sum, reinterpret_cast<const Bytef*>(text.data()), text.size());
  };
  return static_cast<std::uint32_t>(add(add(0, first), second));
}

}  // namespace

void append_frame(std::string& segment, const span_batch& batch, std::uint64_t unix_millis) {
  std::string length, payload;
  append_number(length, static_cast<std::uint32_t>(payload_overhead + batch.body.size()));
  payload.reserve(payload_overhead + batch.body.size());
  append_number(payload, unix_millis);
  append_number(payload, static_cast<std::uint32_t>(batch.spans));
  payload += batch.body;
  segment.reserve(segment.size() + header + payload.size());
  segment += length;
  append_number(segment, checksum(length, payload));
  segment += payload;
}

std::optional<std::size_t> frame_size(std::string_view head, std::size_t left) noexcept {
  if (head.size() < sizeof(std::uint32_t) || left < spool_frame_overhead) return std::nullopt;
  const std::size_t length = read_number<std::uint32_t>(head, 0);
  const bool possible = length >= payload_overhead &&
                        length <= payload_overhead + spool_longest_body && length <= left - header;
  return possible ? std::optional(header + length) : std::nullopt;
}

std::optional<spool_frame> read_frame(std::string_view frame) noexcept {
  const auto size = frame_size(frame, frame.size());
  if (size != frame.size()) return std::nullopt;
  const auto payload = frame.substr(header);
  if (read_number<std::uint32_t>(frame, 4) != checksum(frame.substr(0, 4), payload))
    return std::nullopt;
  return spool_frame{read_number<std::uint64_t>(payload, 0), read_number<std::uint32_t>(payload, 8),
                     payload.substr(payload_overhead)};
}

std::optional<spool_frame> next_frame(std::string_view segment, std::size_t& at) noexcept {
  std::size_t place = std::max(at, spool_magic.size());
  while (place < segment.size()) {
    const auto rest = segment.substr(place);
    const auto size = frame_size(rest, rest.size());
    if (!size) break;
    place += *size;
    if (const auto frame = read_frame(rest.substr(0, *size))) {
      at = place;
      return frame;
    }
  }
  return std::nullopt;
}

spool_survey survey_segment(std::string_view segment, std::size_t from) noexcept {
  spool_survey out;
  if (!segment.starts_with(spool_magic)) {
    out.damaged = segment.size();
    return out;
  }
  std::size_t at = out.end = std::min(std::max(from, spool_magic.size()), segment.size());
  while (const auto frame = next_frame(segment, at)) {
    out.spans += frame->spans;
    out.newest = std::max(out.newest, frame->written);
    out.damaged += at - out.end - (spool_frame_overhead + frame->body.size());
    out.end = at;
  }
  out.damaged += segment.size() - out.end;
  return out;
}

std::string encode_cursor(const spool_cursor& cursor) {
  std::string out;
  append_number(out, cursor.segment);
  append_number(out, cursor.offset);
  append_number(out, checksum(out));
  return out;
}

std::optional<spool_cursor> decode_cursor(std::string_view text) noexcept {
  if (text.size() != 20 || read_number<std::uint32_t>(text, 16) != checksum(text.substr(0, 16)))
    return std::nullopt;
  return spool_cursor{read_number<std::uint64_t>(text, 0), read_number<std::uint64_t>(text, 8)};
}

}  // namespace core
