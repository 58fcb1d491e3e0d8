#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

class random_source;

/// 16 bytes; all zero means none (W3C Trace Context level 2, 3.2.2.3).
struct trace_id {
  std::array<std::uint8_t, 16> bytes{};
  explicit operator bool() const noexcept;
  /// 32 lowercase hex digits.
  std::string hex() const;
  friend bool operator==(const trace_id&, const trace_id&) = default;
};

/// 8 bytes; all zero means none.
struct span_id {
  std::array<std::uint8_t, 8> bytes{};
  explicit operator bool() const noexcept;
  std::string hex() const;
  friend bool operator==(const span_id&, const span_id&) = default;
};

/// The identity of one span, as it travels.
struct span_context {
  static constexpr std::uint8_t sampled_flag = 0x01;
  static constexpr std::uint8_t random_flag = 0x02;

  core::trace_id trace;
  core::span_id span;
  std::uint8_t flags = 0;

  bool sampled() const noexcept { return flags & sampled_flag; }
  explicit operator bool() const noexcept { return static_cast<bool>(trace); }
};

/// The `traceparent` of a span: version 00, 55 characters.
std::array<char, 55> format_traceparent(const span_context& context) noexcept;

/// Parses one header value as W3C Trace Context level 2 says: lowercase hex, no all-zero ids,
/// version ff invalid, higher versions by their first 55 characters, OWS trimmed, flags other than
/// sampled and random cleared. Nullopt when invalid: the caller starts a new trace.
std::optional<span_context> parse_traceparent(std::string_view value) noexcept;

/// A new root: random trace id (random flag set) and span id.
span_context new_root(random_source& random, bool sampled) noexcept;

/// A child of `parent`: same trace, new span id, same random flag.
span_context child_of(const span_context& parent, random_source& random, bool sampled) noexcept;

/// A `tracestate`, kept as one list of the members that came, in their order and without the white
/// space and empty members between them; read and changed member by member.
/// Limits: 32 members (more: the whole state is dropped), keys and values by the grammar of
/// 3.3.1.3; an invalid state is dropped and never affects `traceparent`. A key that came twice is
/// forwarded as it came.
class trace_state {
 public:
  trace_state() = default;
  static trace_state parse(std::string_view line);
  /// Joins several header lines in their order; one that is invalid drops them all.
  void append_line(std::string_view line);

  /// The value of a member; nullopt when it is not there.
  std::optional<std::string_view> get(std::string_view key) const noexcept;
  /// Removes a member if present.
  void erase(std::string_view key);
  /// Sets a member and moves it to the front (3.3.1.4); drops the last members beyond 32. A key or
  /// value outside the grammar changes nothing.
  void set(std::string_view key, std::string_view value);

  bool empty() const noexcept { return text_.empty(); }
  /// The header value to send, whole up to 512 characters; of a longer one, members longer than
  /// 128 characters are cut first, then the last ones.
  std::string to_string() const;

 private:
  std::string text_;
  bool invalid_ = false;  // a line was, so all of them are dropped
};

}  // namespace core
