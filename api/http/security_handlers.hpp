#pragma once

#include "api/cache/security_source.hpp"
#include "api/http/query.hpp"
#include "api/http/router.hpp"
#include "api/postgres/security_repository.hpp"

/// The reading half of the public API. Collaborators outlive the call.
namespace api {

/// `GET /v1/securities?limit&after&country&sector&q`: 200 with each one's score and a link to what
/// follows, 400 for parameters that make no sense, 503 when either cannot be had.
core::task<core::server_response> list_securities(security_source& securities, api_request request);

/// What of a security is asked for.
enum class security_part { all, score };

/// `GET /v1/securities/{isin}` and `/v1/securities/{isin}/score`: 200, or 304; 404; 503 when it can
/// be had neither from its sources nor from a cache.
core::task<core::server_response> get_security(security_source& securities, security_part part,
                                               api_request request);

/// What the parameters of a list ask for; what makes no sense is a problem of `query`. Pure.
security_page parse_list_parameters(query_reader& query);
/// The names of these parameters.
inline constexpr std::string_view list_parameter_names[] = {"limit", "after", "country", "sector",
                                                            "q"};
/// The path and query of the page after the one that ends with `last`. Pure.
std::string next_page(const security_page& page, std::string_view last);

}  // namespace api
