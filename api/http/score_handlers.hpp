#pragma once

#include "api/cache/security_source.hpp"
#include "api/http/router.hpp"
#include "api/scores/score_store.hpp"

/// Scores, read and written. Collaborators outlive the call.
namespace api {

/// What is to be told that scores were written; done before the answer is given, so that whoever
/// wrote reads what was written.
using scores_written = std::function<core::task<>(call_context, std::vector<std::string>)>;
/// For where nobody keeps any.
core::task<> tell_nobody(call_context call, std::vector<std::string> isins);

/// `GET /v1/scores/{isin}`: 200, 404, or 503 when the store cannot be asked.
core::task<core::server_response> get_score(score_store& scores, api_request request);

/// `PUT` of `{"value": …}`: 200 with the score as it is stored; 404 when there is no such security;
/// 400, 415, 422; 503 when it cannot be said whether it was stored.
core::task<core::server_response> put_score(score_store& scores, scores_written tell,
                                            api_request request);

/// `POST` of `{"items": […]}`: 200 with how many were stored, all of them; 422 with everything that
/// is wrong with any of them, and none is stored; 400, 415; 503.
core::task<core::server_response> post_scores(score_store& scores, scores_written tell,
                                              api_request request);

/// `POST /v1/scores:batchGet` of `{"isins": […]}`: 200 with the scores that there are, and the
/// ISINs that have none.
core::task<core::server_response> get_scores(score_store& scores, api_request request);

}  // namespace api
