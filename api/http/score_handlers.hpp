#pragma once

#include "api/http/router.hpp"
#include "api/postgres/score_repository.hpp"

/// The internal scores API. Collaborators outlive the call.
namespace api {

/// `GET /v1/scores/{isin}`: 200, 404, or 503 when the table cannot be read.
core::task<core::server_response> get_score(score_source& scores, api_request request);

}  // namespace api
