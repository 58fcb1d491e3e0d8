#pragma once

#include <string_view>

#include "core/http_head.hpp"

namespace core {

/// The heads that nearly all messages have, read in one pass: HTTP/1.1, an origin-form target, a
/// space behind each colon or none, printable ASCII in values, CRLF everywhere, a `Connection` of
/// one token. Gives the head's size, at most `limit`, with the views in `out`; 0 for any other
/// head, bad or incomplete ones above all, which say nothing then: `judge_request_head` does, and
/// of what is taken here it says the same. No allocation, no I/O.
std::size_t split_plain_request(std::string_view bytes, std::size_t limit,
                                request_head& out) noexcept;
std::size_t split_plain_response(std::string_view bytes, std::size_t limit,
                                 response_head& out) noexcept;

}  // namespace core
