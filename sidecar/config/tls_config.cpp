#include "sidecar/config/tls_config.hpp"

#include "sidecar/config/place.hpp"
#include "sidecar/proxy/peer_allow_list.hpp"

namespace sidecar {

void check_allow_list(const std::vector<std::string>& patterns, const core::node& from,
                      core::reading& r) {
  for (const auto& pattern : patterns)
    if (const auto error = check_peer_pattern(pattern); !error.empty())
      r.found.add(place(from, "allow"), "allow: \"" + pattern + "\" " + error,
                  "a name such as spiffe://domain/ns/web or scores, or spiffe://domain/ns/*");
}

void server_tls_config::check(const server_tls_config& value, const core::node& from,
                              core::reading& r) {
  check_allow_list(value.allow, from, r);
  if (!value.client_ca.empty()) return;
  const char* without = "roots that client certificates must lead to";
  if (!value.allow.empty())
    r.found.add(place(from, "allow"), "allow without client_ca: nobody proves a name", without);
  if (value.client_certificate == client_certificate::optional)
    r.found.add(place(from, "client_certificate"), "client_certificate without client_ca", without);
}

void client_tls_config::check(const client_tls_config& value, const core::node& from,
                              core::reading& r) {
  if (value.certificate.empty() != value.key.empty())
    r.found.add(place(from, value.key.empty() ? "certificate" : "key"),
                value.key.empty() ? "a certificate without its key" : "a key without certificate",
                "both, or neither");
}

}  // namespace sidecar
