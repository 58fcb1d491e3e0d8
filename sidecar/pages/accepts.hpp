#pragma once

#include "core/http_server.hpp"

namespace sidecar {

/// Whether a page with more than one form is asked for as JSON: by name, as programs do.
inline bool accepts_json(const core::server_request& request) {
  return request.header("accept").value_or("").find("application/json") != std::string_view::npos;
}

}  // namespace sidecar
