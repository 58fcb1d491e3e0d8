#include "sidecar/config/listener_config.hpp"

#include "sidecar/config/place.hpp"

namespace sidecar {

void inbound_config::check(const inbound_config& value, const core::node& from, core::reading& r) {
  if (value.trust == trust_level::peers && (!value.tls || value.tls->client_ca.empty()))
    r.found.add(place(from, "trust"), "trust: peers without mutual TLS",
                "tls.client_ca, so that callers prove who they are");
  check_fault_routes(value, from, r);
}

void outbound_config::check(const outbound_config& value, const core::node& from,
                            core::reading& r) {
  const core::node* routes = from.find("routes");
  for (std::size_t i = 0; routes && i < routes->items.size(); ++i)
    if (const core::node* limit = routes->items[i].find("concurrency"))
      r.found.add(limit->at, "a concurrency limit on an outbound route",
                  "limits on inbound routes only: the callee protects itself");
  check_fault_routes(value, from, r);
}

}  // namespace sidecar
