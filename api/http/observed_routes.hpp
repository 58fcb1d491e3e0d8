#pragma once

#include "api/http/router.hpp"
#include "api/telemetry/tracer.hpp"

namespace api {

/// The layer around the router: makes the request's context from its headers, its INTERNAL span
/// (`{method} {http.route}`; the server span is the sidecar's), and reports to the sidecar, as
/// Server-Timing, how long database and cache took. Follows the sampled flag of `traceparent`;
/// without one nothing is recorded. `routes` and `t` outlive it.
class observed_routes {
 public:
  observed_routes(tracer& t, const router& routes) : tracer_(t), routes_(routes) {}
  core::task<core::server_response> handle(const core::server_request& request);

 private:
  tracer& tracer_;
  const router& routes_;
};

/// The value of Server-Timing (W3C) for what was asked; "" when nothing was. Pure.
std::string server_timing(const time_spent& spent);

/// The context that came with a request; none when `traceparent` is missing, invalid or there
/// twice.
core::span_context incoming_context(const core::server_request& request) noexcept;

}  // namespace api
