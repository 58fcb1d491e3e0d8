#pragma once

#include "api/http/router.hpp"
#include "api/http/token_file.hpp"

namespace api {

/// A handler behind a token: 401 without a known bearer token, 403 when it lacks the scope (RFC
/// 6750). `tokens` may be replaced between requests.
route_handler require_scope(const token_file& tokens, token_scope scope, route_handler handler);

}  // namespace api
