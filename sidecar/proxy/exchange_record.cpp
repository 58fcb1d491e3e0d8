#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

const char* to_proxy_error(failure f) noexcept {
  switch (f) {
    case failure::none: return "";
    case failure::bad_request: return "http_request_error";
    case failure::connection_refused: return "connection_refused";
    case failure::connection_timeout: return "connection_timeout";
    case failure::destination_unavailable: return "destination_unavailable";
    case failure::tls: return "tls_protocol_error";
    case failure::upstream_closed: return "connection_terminated";
    case failure::upstream_malformed: return "http_protocol_error";
    case failure::upstream_timeout: return "http_response_timeout";
    case failure::upstream_incomplete: return "http_response_incomplete";
    case failure::denied: return "http_request_denied";
    case failure::client_closed: return "client_closed";
    // Both are our own words for a probe, which then blames the sidecar.
    case failure::shed:
    case failure::out_of_time: return "proxy_internal_response";
    case failure::rate_limited: return "http_request_denied";
  }
  return "";
}

int status_of(failure f) noexcept {
  switch (f) {
    case failure::none: return 200;
    case failure::bad_request: return 400;
    case failure::connection_timeout:
    case failure::upstream_timeout: return 504;
    case failure::denied: return 403;
    case failure::client_closed: return 499;
    case failure::shed: return 503;
    case failure::rate_limited: return 429;
    case failure::out_of_time: return 504;
    default: return 502;
  }
}

const char* describe(failure f) noexcept {
  switch (f) {
    case failure::none: return "";
    case failure::bad_request: return "The request is not acceptable HTTP.";
    case failure::connection_refused: return "The service refuses connections.";
    case failure::connection_timeout: return "The service could not be connected to in time.";
    case failure::destination_unavailable: return "The service cannot be reached.";
    case failure::tls: return "TLS with the service failed.";
    case failure::upstream_closed: return "The service closed the connection without an answer.";
    case failure::upstream_malformed: return "The service's answer is not acceptable HTTP.";
    case failure::upstream_timeout: return "The service did not answer in time.";
    case failure::upstream_incomplete: return "The service's answer ended early.";
    case failure::denied: return "The caller may not ask for this.";
    case failure::client_closed: return "The client closed the connection.";
    case failure::shed: return "The service is too busy for another request.";
    case failure::rate_limited: return "Too many requests.";
    case failure::out_of_time: return "The caller's time was up before the request was forwarded.";
  }
  return "";
}

}  // namespace sidecar
