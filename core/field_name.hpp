#pragma once

#include <cstdint>
#include <string_view>

namespace core {

/// Fields that something here decides by. A name is compared once, when its head is parsed; who
/// asks later compares this.
enum class field_name : std::uint8_t {
  other,
  cache_status,
  connection,
  content_length,
  forwarded,
  host,
  keep_alive,
  location,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  remora_probe,
  remora_timeout_ms,
  remora_trace,
  server_timing,
  te,
  traceparent,
  tracestate,
  transfer_encoding,
  upgrade,
  user_agent,
  warning,
  x_forwarded_client_cert,
  x_forwarded_for,
  x_forwarded_proto,
};

/// By a name as it came, in any case.
field_name field_named(std::string_view name) noexcept;

}  // namespace core
