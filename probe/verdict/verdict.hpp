#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/error.hpp"
#include "probe/checks/phases.hpp"
#include "probe/verdict/server_timing.hpp"

namespace probe {

/// Where a failure is. The names are metric label values.
enum class place_of_failure : std::uint8_t {
  client,   ///< here: the request could not be made, or we are stopping
  dns,      ///< the name does not resolve
  network,  ///< no way to the host
  tls,      ///< handshake or certificate
  edge,     ///< whatever accepts our connections, before any sidecar of ours
  sidecar,
  app,
  dependency,  ///< something the application called
  unknown,     ///< from outside there is no telling
};
inline constexpr std::size_t place_count = 9;
const char* to_label(place_of_failure where) noexcept;

/// Why it failed. Up to `exhausted` as core::errc; then what was wrong with an answer.
enum class failure_reason : std::uint8_t {
  timed_out,
  closed,
  refused,
  unreachable,
  name_not_found,
  reset,
  tls_handshake,
  tls_certificate,
  malformed,
  too_large,
  cancelled,
  exhausted,  ///< no descriptor or no port left on this machine
  status,     ///< an unexpected status code
  header,
  json,
  body,
  latency,      ///< right, but too late
  condition,    ///< polled, and never became what was waited for
  extraction,   ///< right, but without the value a later step needs
  rcode,        ///< another response code of DNS
  records,      ///< other DNS records
  reply,        ///< another reply of Redis, or an error
  sql,          ///< PostgreSQL refused the connection or the statement
  rows,         ///< other rows, or other values in them
  duplicated,   ///< a message that can be read more than once
  request,      ///< the request could not be built
  redirects,    ///< in a circle, too many, or to what cannot be followed
  certificate,  ///< TLS that works, and is not what was expected: it expires, it is another's
  size,         ///< of the body
  version,      ///< of the protocol
  dialog,       ///< a line that says no
};
const char* to_label(failure_reason why) noexcept;
failure_reason reason_of(core::errc error) noexcept;

struct verdict {
  place_of_failure where = place_of_failure::unknown;
  failure_reason why = failure_reason::timed_out;
  friend bool operator==(const verdict&, const verdict&) = default;
};

/// What is known about a failed attempt.
struct failure_facts {
  failure_reason why = failure_reason::timed_out;
  /// The phase it broke in; nothing when there was a whole answer.
  std::optional<phase> broke_in;
  int status = 0;  ///< also of an answer that broke off; 0 without one
  phase_times phases;
  /// The phase that was too slow, when it was one and not the whole.
  std::optional<phase> late;
  server_timing timing;
  std::optional<proxy_status> proxy;
  /// Whether a sidecar of ours answered such requests before, so that an answer in which none
  /// speaks did not come through it.
  bool known_to_sidecar = false;
  /// Who answered, where the protocol says so: a name server, a database.
  std::optional<place_of_failure> speaker;
};

/// Decides where it broke. Pure; docs/scenarios.md has the table and says which faults look alike.
verdict judge(const failure_facts& facts) noexcept;

}  // namespace probe
