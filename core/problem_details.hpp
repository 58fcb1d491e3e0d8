#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/http_server.hpp"
#include "core/json_text.hpp"  // IWYU pragma: export

namespace core {

/// An RFC 9457 problem document as a response: `application/problem+json`, `type` about:blank,
/// `title` the status's phrase, `detail` for people, `pointer` (RFC 6901) to the offending field.
server_response problem_response(int status, std::string_view detail,
                                 std::string_view pointer = {});

/// One of the things that are wrong with a request: in its body (`pointer`), or in its query
/// (`parameter`, the name).
struct problem_item {
  std::string detail;
  std::string pointer{};
  std::string parameter{};
};

/// The same with the extension member `errors`, which lists all of them; a single one's pointer is
/// a member of the document itself, too.
server_response problem_response(int status, std::string_view detail,
                                 std::span<const problem_item> errors);

}  // namespace core
