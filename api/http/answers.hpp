#pragma once

#include <string>
#include <string_view>

#include "api/http/request_bodies.hpp"
#include "core/http_server.hpp"

/// The answers that handlers share.
namespace api {

core::server_response json_response(int status, std::string body);

/// 503: something this answer needs cannot be had now. Nothing was changed, nothing accepted.
core::server_response unavailable(std::string_view detail);

/// 400 for a body that is no JSON, 422 for one that says something we do not take: all of it, each
/// with the JSON Pointer to the member that it is about.
core::server_response refused_json(const json_errors& errors);

/// 404 for a path whose ISIN is none.
core::server_response no_isin();

/// Whether the request says that its body is JSON (`application/json`, any parameters).
bool has_json_body(const core::server_request& request);
/// 415: it does not.
core::server_response wrong_content_type();

}  // namespace api
