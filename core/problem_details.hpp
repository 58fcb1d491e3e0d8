#pragma once

#include <string>
#include <string_view>

#include "core/http_server.hpp"
#include "core/json_text.hpp"  // IWYU pragma: export

namespace core {

/// An RFC 9457 problem document as a response: `application/problem+json`, `type` about:blank,
/// `title` the status's phrase, `detail` for people, `pointer` (RFC 6901) to the offending field.
server_response problem_response(int status, std::string_view detail,
                                 std::string_view pointer = {});

}  // namespace core
