#pragma once

#include <string>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

/// Whether clients must prove who they are, where there are roots to prove it by.
enum class client_certificate { required, optional };
constexpr auto config_names(client_certificate) {
  return std::array{std::pair{"required", client_certificate::required},
                    std::pair{"optional", client_certificate::optional}};
}

struct server_tls_config {
  std::string certificate, key, client_ca;
  sidecar::client_certificate client_certificate = client_certificate::required;
  std::vector<std::string> allow{};
  bool enforce = false;

  static void describe(core::fields<server_tls_config>& f) {
    f.required("certificate", &server_tls_config::certificate,
               "Certificate chain, PEM, leaf first. Read again when it changes, like the others.");
    f.required("key", &server_tls_config::key, "Its private key, PEM.");
    f.optional("client_ca", &server_tls_config::client_ca,
               "Roots that client certificates must lead to; set, it makes TLS mutual.");
    f.optional("client_certificate", &server_tls_config::client_certificate,
               "`optional` also serves clients that show none; one that is shown is verified.");
    f.optional("allow", &server_tls_config::allow,
               "Callers that may use the listener, by a name in their certificate: "
               "`spiffe://td/ns/web`, `spiffe://td/ns/*`, `securities`; empty: all.");
    f.optional("enforce", &server_tls_config::enforce,
               "Refuse callers that are not in `allow`, here or of their route, with 403; without "
               "it they are only counted.");
    f.check(check);
  }
  static void check(const server_tls_config& value, const core::node& from, core::reading& r);
};

struct client_tls_config {
  std::string ca, certificate, key, server_name;

  static void describe(core::fields<client_tls_config>& f) {
    f.optional("ca", &client_tls_config::ca,
               "Roots the server's certificate must lead to; empty: the system's.");
    f.optional("certificate", &client_tls_config::certificate,
               "Our certificate chain, for mutual TLS. Read again when it changes, like the "
               "others.");
    f.optional("key", &client_tls_config::key, "Its private key.");
    f.optional("server_name", &client_tls_config::server_name,
               "Name to ask for and verify; empty: the upstream's host.");
    f.check(check);
  }
  static void check(const client_tls_config& value, const core::node& from, core::reading& r);
};

/// Reports the patterns of an allow-list that cannot be used.
void check_allow_list(const std::vector<std::string>& patterns, const core::node& from,
                      core::reading& r);

}  // namespace sidecar
