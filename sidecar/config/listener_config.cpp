#include "sidecar/config/listener_config.hpp"

#include "sidecar/config/place.hpp"

namespace sidecar {

void inbound_config::check(const inbound_config& value, const core::node& from, core::reading& r) {
  if (value.trust == trust_level::peers && (!value.tls || value.tls->client_ca.empty()))
    r.found.add(place(from, "trust"), "trust: peers without mutual TLS",
                "tls.client_ca, so that callers prove who they are");
}

}  // namespace sidecar
