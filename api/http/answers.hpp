#pragma once

#include <string>
#include <string_view>

#include "api/http/json.hpp"
#include "core/http_server.hpp"

/// The answers that handlers share.
namespace api {

core::server_response json_response(int status, std::string body);

/// 503: something this answer needs cannot be had now. Nothing was changed, nothing accepted.
core::server_response unavailable(std::string_view detail);

/// 400 for a body that is no JSON, 422 for one that says something we do not take; with the JSON
/// Pointer to the member that it is about.
core::server_response refused_json(const json_error& error);

/// Whether the request says that its body is JSON (`application/json`, any parameters).
bool has_json_body(const core::server_request& request);

}  // namespace api
