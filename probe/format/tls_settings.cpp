#include "probe/format/tls_settings.hpp"

#include <algorithm>

#include "probe/format/rules.hpp"

namespace probe {
namespace {

void check_settings(const tls_settings& s, const core::node& from, core::reading& r) {
  if (s.certificate.empty() != s.key.empty())
    r.found.add(from.at,
                s.key.empty() ? "a certificate without its key" : "a key without its certificate",
                "both certificate and key, or neither");
  if (s.lowest > s.highest)
    r.found.add(place_of(from, "max_version"), "max_version is below min_version",
                "min_version, or later");
  for (const auto& name : s.alpn)
    if (name.empty() || name.size() > 255)
      r.found.add(place_of(from, "alpn"), "\"" + name + "\" is no protocol", "such as http/1.1");
}

}  // namespace

void tls_settings::describe(core::fields<tls_settings>& f) {
  f.optional("ca", &tls_settings::ca,
             "PEM file of trusted roots, instead of the system's; relative to this file.");
  f.optional("certificate", &tls_settings::certificate,
             "PEM file of the client certificate and its chain, leaf first.");
  f.optional("key", &tls_settings::key, "PEM file of the client certificate's key.");
  f.optional("server_name", &tls_settings::server_name,
             "Name to ask for (SNI) and to verify, instead of the host that is connected to.");
  f.optional("insecure", &tls_settings::insecure,
             "Accept any certificate: nothing is verified, and a chain is never known.");
  f.optional("min_version", &tls_settings::lowest,
             "Lowest version to offer; below tls1.2 weak keys and digests pass as well.");
  f.optional("max_version", &tls_settings::highest, "Highest version to offer.");
  f.optional("alpn", &tls_settings::alpn,
             "Protocols to offer, best first; without it http/1.1 in http steps, none elsewhere.");
  f.check(check_settings);
}

}  // namespace probe
