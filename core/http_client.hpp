#pragma once

#include <memory>
#include <string>

#include "core/config_types.hpp"
#include "core/http_exchange.hpp"
#include "core/stream_pool.hpp"

namespace core {

/// Requests to one base URL over a pool: what the API, the SLO engine and the exporters use.
/// Belongs to one worker. A reused stream that turns out stale is replaced once for idempotent
/// methods.
class http_client {
 public:
  http_client(worker& w, base_url base, exchange_limits limits = {},
              std::shared_ptr<const tls_context> tls = nullptr);

  /// `request.target` is appended to the base path; `Host` is filled in.
  task<result<http_answer>> send(outgoing_request request, deadline until);
  task<result<http_answer>> get(std::string target, deadline until);

  const base_url& base() const noexcept { return base_; }

 private:
  worker& worker_;
  base_url base_;
  exchange_limits limits_;
  stream_pool pool_;
};

/// Percent-encodes everything but RFC 3986 unreserved characters.
std::string url_encode(std::string_view text);
/// Decodes %XX (and `+` as a space in a query); false when malformed.
bool url_decode(std::string_view text, bool plus_is_space, std::string& out);

}  // namespace core
