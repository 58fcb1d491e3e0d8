#pragma once

#include <string_view>

#include "api/cache/security_source.hpp"
#include "core/clock.hpp"
#include "core/http_server.hpp"

/// What HTTP says of an answer's age (RFC 9111, RFC 9211); pure.
namespace api {

/// A body that may have been kept for a while.
struct cacheable {
  std::string_view body;
  std::string_view etag;
  core::duration age{};
  core::duration fresh{};  ///< how old it may become
  answered_by way = answered_by::sources;
  bool stale = false;
  bool was_known = false;
};

/// 200 with `ETag`, `Cache-Control`, `Age` and `Cache-Status` (and `Warning` when it is stale), or
/// 304 without the body when `if_none_match` names it.
core::server_response cached_answer(const cacheable& what, std::string_view if_none_match);

}  // namespace api
