#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct ssl_st;
struct x509_st;

namespace core {

class byte_stream;

/// What a certificate (RFC 5280) says. Texts are UTF-8 as far as the certificate's are; control
/// characters are escaped.
struct certificate_facts {
  std::string subject;      ///< RFC 2253: `CN=shop.example,O=Shop`
  std::string issuer;       ///< likewise
  std::string serial;       ///< lowercase hex, no leading zeros
  std::string fingerprint;  ///< SHA-256 of the DER encoding, lowercase hex
  std::vector<std::string>
      names;  ///< subject alternative names: `DNS:…`, `IP:…`, `URI:…`, `email:…`
  std::int64_t not_before = 0;  ///< Unix seconds
  std::int64_t not_after = 0;

  /// The DNS names among `names`, without their prefix.
  std::vector<std::string_view> dns_names() const;
};

/// What is known of one TLS connection, or of a handshake that failed. Reading it costs some ten
/// microseconds a certificate: only who asks for it pays.
struct tls_facts {
  std::string version;  ///< `TLS 1.3`; "" when the handshake did not get that far
  std::string cipher;   ///< standard name: `TLS_AES_128_GCM_SHA256`
  std::string alpn;     ///< protocol that was agreed on; "" for none
  std::vector<certificate_facts> presented;  ///< what the peer sent, leaf first
  /// Leaf to root, as verified; empty unless `verified`. OpenSSL builds one chain.
  std::vector<certificate_facts> chain;
  bool verified = false;  ///< by our roots and for our name; never where verification is off
  std::string error;      ///< why the handshake failed, in OpenSSL's words; "" when it did not

  const certificate_facts* leaf() const noexcept {
    return presented.empty() ? nullptr : &presented.front();
  }
  /// The first end of validity among the presented certificates, Unix seconds; 0 for none
  /// (`probe_ssl_earliest_cert_expiry`).
  std::int64_t earliest_expiry() const noexcept;
  /// The first end of validity in the verified chain; 0 when nothing was verified
  /// (`probe_ssl_last_chain_expiry_timestamp_seconds`, which is the last of these over all chains
  /// that a library found: OpenSSL stops at the first).
  std::int64_t last_chain_expiry() const noexcept;
};

/// The facts of a connected stream; all empty for a plain one.
tls_facts read_tls_facts(const byte_stream& stream);
/// Those of an SSL, also during and after a handshake that failed; `error` is left empty.
tls_facts read_tls_facts(const ssl_st* ssl);

certificate_facts read_certificate(x509_st* certificate);

}  // namespace core
