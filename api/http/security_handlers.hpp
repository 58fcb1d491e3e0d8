#pragma once

#include "api/http/router.hpp"
#include "api/postgres/score_repository.hpp"
#include "api/postgres/security_repository.hpp"

/// The reading half of the public API. Collaborators outlive the call.
namespace api {

/// `GET /v1/securities?limit=1..500&after=ISIN`: 200, or 400 for parameters that make no sense.
core::task<core::server_response> list_securities(security_repository& securities,
                                                  api_request request);

/// `GET /v1/securities/{isin}`: 200 with the score, 404, or 503 when either cannot be had; never a
/// security without its score.
core::task<core::server_response> get_security(security_repository& securities,
                                               score_source& scores, api_request request);

/// What the parameters of a list ask for; `problem` is not empty when they make no sense. Pure.
struct list_parameters {
  security_page page;
  std::string problem;
};
list_parameters parse_list_parameters(const std::optional<std::string>& limit,
                                      const std::optional<std::string>& after);

}  // namespace api
