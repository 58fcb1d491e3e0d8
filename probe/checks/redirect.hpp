#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probe/checks/request_builder.hpp"

namespace probe {

/// Whether a status with a Location is a redirect that asks for another request (RFC 9110, 15.4).
bool is_redirect(int status) noexcept;

/// What a server said, and how far it is followed.
struct redirection {
  int status = 302;
  std::string_view location;
  redirected_body body = redirected_body::same_origin;
};

/// The request that a redirect asks for; nullopt when it cannot be followed, and `why` says so.
/// Pure. Rules:
/// - 303 makes everything but HEAD a GET, 301 and 302 make POST a GET (as browsers do), 307 and 308
///   keep the method. Where it becomes a GET, the body and its Content-* headers go.
/// - At the same origin (scheme, host and port; also from http to https of a host on their usual
///   ports) all other headers stay. Anywhere else, and so also from https to http, only those that
///   give nothing away: Accept*, Cache-Control, Content-*, Pragma, Range, traceparent, User-Agent.
///   Credentials, cookies, the probe's signature and headers of the scenario's own do not.
/// - Location is resolved as RFC 3986, 5 has it; what may not stand in a URL is percent-encoded, as
///   servers send it. Only http and https, without user or password.
/// - A body that is kept goes to another origin only where that is allowed; else the redirect
///   cannot be followed: a request without its body would be another one.
std::optional<built_request> follow_redirect(const built_request& from, const redirection& to,
                                             std::string& why);

/// Whether two requests go to the same origin, in the sense above.
bool same_origin(const built_request& from, const built_request& to) noexcept;

}  // namespace probe
