#include "core/field_name.hpp"

#include "core/http_head.hpp"

namespace core {

// The length tells nearly all names apart, and `iequals` looks at the first letter next.
field_name field_named(std::string_view name) noexcept {
  const auto is = [&](std::string_view known, field_name id) {
    return iequals(name, known) ? id : field_name::other;
  };
  switch (name.size()) {
    case 2: return is("te", field_name::te);
    case 4: return is("host", field_name::host);
    case 7:
      if (iequals(name, "upgrade")) return field_name::upgrade;
      return is("warning", field_name::warning);
    case 8: return is("location", field_name::location);
    case 9: return is("forwarded", field_name::forwarded);
    case 10:
      if (iequals(name, "connection")) return field_name::connection;
      if (iequals(name, "user-agent")) return field_name::user_agent;
      if (iequals(name, "tracestate")) return field_name::tracestate;
      return is("keep-alive", field_name::keep_alive);
    case 11: return is("traceparent", field_name::traceparent);
    case 12:
      if (iequals(name, "remora-probe")) return field_name::remora_probe;
      if (iequals(name, "remora-trace")) return field_name::remora_trace;
      return is("cache-status", field_name::cache_status);
    case 13: return is("server-timing", field_name::server_timing);
    case 14: return is("content-length", field_name::content_length);
    case 15: return is("x-forwarded-for", field_name::x_forwarded_for);
    case 16: return is("proxy-connection", field_name::proxy_connection);
    case 17:
      if (iequals(name, "transfer-encoding")) return field_name::transfer_encoding;
      if (iequals(name, "x-forwarded-proto")) return field_name::x_forwarded_proto;
      return is("remora-timeout-ms", field_name::remora_timeout_ms);
    case 18: return is("proxy-authenticate", field_name::proxy_authenticate);
    case 19: return is("proxy-authorization", field_name::proxy_authorization);
    case 23: return is("x-forwarded-client-cert", field_name::x_forwarded_client_cert);
    default: return field_name::other;
  }
}

}  // namespace core
