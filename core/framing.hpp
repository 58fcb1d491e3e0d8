#pragma once

#include <cstdint>

#include "core/http_head.hpp"

namespace core {

/// How a message's body is delimited (RFC 9112, 6.3), decided once from the head.
enum class body_kind { none, length, chunked, until_close, tunnel, refuse };

/// Why a message is refused; label values of metrics.
enum class framing_error {
  none,
  length_and_transfer_encoding,
  bad_length,             ///< no number, signed, a list, repeated, or beyond 2^63
  bad_transfer_encoding,  ///< anything but exactly one `chunked`
  chunked_on_legacy,      ///< Transfer-Encoding on HTTP/1.0
  missing_host,
  repeated_host,
  bad_host,
};
const char* to_label(framing_error e) noexcept;

struct framing {
  body_kind kind = body_kind::none;
  std::uint64_t length = 0;  ///< of `length`
  framing_error error = framing_error::none;
  /// The connection may serve another message after this one (RFC 9112, 9.3).
  bool keep_alive = true;
};

/// Pure. Stricter than RFC 9112 where that is ambiguous: see `framing_error`.
framing frame_request(const request_head& head) noexcept;
/// `head_request` says what was asked: an answer to HEAD has no body. 101 gives `tunnel`.
framing frame_response(const response_head& head, bool head_request) noexcept;

/// Whether `Connection`-style list `value` holds `token`.
bool list_has_token(std::string_view value, std::string_view token) noexcept;

}  // namespace core
