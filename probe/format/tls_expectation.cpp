#include "probe/format/tls_expectation.hpp"

#include "probe/format/rules.hpp"

namespace probe {
namespace {

void check_expectation(const tls_expectation& e, const core::node& from, core::reading& r) {
  if (from.members.empty())
    r.found.add(from.at, "nothing is expected of TLS", "valid_for, issuer, names, versions, …");
  for (const auto& text : e.fingerprints)
    if (plain_fingerprint(text).empty())
      r.found.add(place_of(from, "fingerprints"), "\"" + text + "\" is no fingerprint",
                  "a SHA-256 in hex, 64 digits, with or without colons");
  for (const auto& name : e.names)
    if (name.empty()) r.found.add(place_of(from, "names"), "an empty name", "shop.example");
}

}  // namespace

std::string plain_fingerprint(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ':') continue;
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return {};
    out += c;
  }
  return out.size() == 64 ? out : std::string();
}

void tls_expectation::describe(core::fields<tls_expectation>& f) {
  f.optional("valid_for", &tls_expectation::valid_for,
             "How long all certificates, presented or in the verified chain, must still be valid: "
             "14d.")
      .range(shortest_time, core::duration(std::chrono::hours(24 * 3650)));
  f.optional("subject", &tls_expectation::subject,
             "A regular expression found in the certificate's subject (`CN=shop.example,O=Shop`).");
  f.optional("issuer", &tls_expectation::issuer,
             "A regular expression found in the certificate's issuer.");
  f.optional("names", &tls_expectation::names,
             "Host names and addresses that the certificate must be good for.");
  f.optional("fingerprints", &tls_expectation::fingerprints,
             "SHA-256 fingerprints, one of which a presented certificate must have.");
  f.optional(
      "chain", &tls_expectation::chain,
      "Regular expressions, each found in the subject of a certificate of the verified chain "
      "(of the presented ones when nothing is verified).");
  f.optional("versions", &tls_expectation::versions, "Versions that are right.");
  f.optional("cipher", &tls_expectation::cipher,
             "A regular expression found in the cipher suite's name (`TLS_AES_128_GCM_SHA256`).");
  f.optional("alpn", &tls_expectation::alpn, "The protocol that is agreed on.");
  f.check(check_expectation);
}

}  // namespace probe
