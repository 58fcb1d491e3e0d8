#include "sidecar/config/listener_config.hpp"

#include "core/http_head.hpp"
#include "sidecar/config/dns_config.hpp"
#include "sidecar/config/place.hpp"

namespace sidecar {
namespace {

bool is_header_name(std::string_view name) noexcept {
  return !name.empty() && name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789-_") == std::string_view::npos;
}

/// Header fields that mean something else on their way.
bool is_taken(std::string_view name) noexcept {
  for (const char* other :
       {"host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer",
        "expect", "traceparent", "tracestate", "x-forwarded-for", "x-forwarded-proto",
        "remora-probe", "remora-timeout-ms", "remora-trace"})
    if (core::iequals(name, other)) return true;
  return false;
}

/// Lists of callers where no caller can prove who it is.
void check_routes(const listener_config& value, const core::node& from, core::reading& r,
                  const char* instead) {
  for (const auto& route : value.routes)
    if (!route.allow.empty())
      r.found.add(place(from, "routes"), "route \"" + route.route + "\": allow without mutual TLS",
                  instead);
}

void check_upstream(const listener_config& value, const core::node& from, core::reading& r) {
  const bool address = value.upstream != core::address(), srv = !value.upstream_srv.empty();
  if (address == srv)
    r.found.add(from.at, srv ? "both upstream and upstream_srv" : "no upstream",
                "one of upstream (host:port) and upstream_srv (_service._protocol.name)");
  if (!srv) return;
  if (const auto error = check_srv_name(value.upstream_srv); !error.empty())
    r.found.add(place(from, "upstream_srv"),
                "upstream_srv: \"" + value.upstream_srv + "\" " + error,
                "an SRV name such as _http._tcp.scores.example");
}

}  // namespace

void outbound_config::check(const outbound_config& value, const core::node& from,
                            core::reading& r) {
  check_upstream(value, from, r);
  if (value.tls && !value.upstream_srv.empty() && value.tls->server_name.empty())
    r.found.add(place(from, "tls"), "TLS to an SRV name without tls.server_name",
                "tls.server_name: what DNS answers is no proof of who is there");
  check_routes(value, from, r, "no allow here: whoever reaches the listener is the application");
  const core::node* routes = from.find("routes");
  for (std::size_t i = 0; routes && i < routes->items.size(); ++i)
    if (const core::node* limit = routes->items[i].find("concurrency"))
      r.found.add(limit->at, "a concurrency limit on an outbound route",
                  "limits on inbound routes only: the callee protects itself");
  check_fault_routes(value, from, r);
}

void inbound_config::check(const inbound_config& value, const core::node& from, core::reading& r) {
  check_upstream(value, from, r);
  if (value.trust == trust_level::peers && (!value.tls || value.tls->client_ca.empty()))
    r.found.add(place(from, "trust"), "trust: peers without mutual TLS",
                "tls.client_ca, so that callers prove who they are");
  else if (value.trust == trust_level::peers &&
           value.tls->client_certificate == client_certificate::optional)
    r.found.add(place(from, "trust"), "trust: peers with optional client certificates",
                "tls.client_certificate: required, so that there are no strangers among them");
  if (!value.tls || value.tls->client_ca.empty())
    check_routes(value, from, r, "tls.client_ca, so that callers prove who they are");
  if (!is_header_name(value.peer_header) || is_taken(value.peer_header))
    r.found.add(place(from, "peer_header"),
                "peer_header: \"" + value.peer_header + "\" cannot be used",
                "a header name of its own, such as remora-peer");
  check_fault_routes(value, from, r);
}

}  // namespace sidecar
