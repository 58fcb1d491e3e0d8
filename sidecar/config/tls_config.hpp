#pragma once

#include <string>

#include "core/config_reader.hpp"

namespace sidecar {

struct server_tls_config {
  std::string certificate, key, client_ca;

  static void describe(core::fields<server_tls_config>& f) {
    f.required("certificate", &server_tls_config::certificate,
               "Certificate chain, PEM, leaf first.");
    f.required("key", &server_tls_config::key, "Its private key, PEM.");
    f.optional("client_ca", &server_tls_config::client_ca,
               "Roots that client certificates must lead to; set, it makes TLS mutual.");
  }
};

struct client_tls_config {
  std::string ca, certificate, key, server_name;

  static void describe(core::fields<client_tls_config>& f) {
    f.optional("ca", &client_tls_config::ca,
               "Roots the server's certificate must lead to; empty: the system's.");
    f.optional("certificate", &client_tls_config::certificate,
               "Our certificate chain, for mutual TLS.");
    f.optional("key", &client_tls_config::key, "Its private key.");
    f.optional("server_name", &client_tls_config::server_name,
               "Name to ask for and verify; empty: the upstream's host.");
  }
};

}  // namespace sidecar
