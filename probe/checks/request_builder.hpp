#pragma once

#include <optional>
#include <string>

#include "core/config_types.hpp"
#include "core/http_exchange.hpp"
#include "probe/checks/check.hpp"

namespace probe {

/// A request with everything in it, and where to send it.
struct built_request {
  core::outgoing_request request;
  bool tls = false;
  core::address authority;
  std::string url;  ///< as requested; holds secrets when the scenario put some in
};

/// Splits an absolute http or https URL; false when it is none. The fragment is left out.
bool split_url(const std::string& url, built_request& into);

/// Renders a step's request: URL, headers, body, `traceparent`, and the signature when the scenario
/// is signed. Nullopt when it cannot be built, and `why` says what is wrong.
std::optional<built_request> build_request(const check_context& context, std::string& why);

/// The value of Host: without the port where it is the scheme's own.
std::string host_of(const built_request& request);
/// Signs the request anew, in place of the signature it has: each one is good for one request.
void sign_request(const check_context& context, built_request& request);

/// Whether the requests of a scenario are signed.
bool is_signed(const scenario& s, const probe_setup& setup) noexcept;

}  // namespace probe
