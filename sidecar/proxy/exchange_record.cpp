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
    case failure::client_closed: return "client_closed";
  }
  return "";
}

int status_of(failure f) noexcept {
  switch (f) {
    case failure::none: return 200;
    case failure::bad_request: return 400;
    case failure::connection_timeout:
    case failure::upstream_timeout: return 504;
    case failure::client_closed: return 499;
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
    case failure::client_closed: return "The client closed the connection.";
  }
  return "";
}

}  // namespace sidecar
