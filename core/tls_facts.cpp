#include "core/tls_facts.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <ctime>
#include <memory>

#include "core/byte_stream.hpp"
#include "core/digest.hpp"

namespace core {
namespace {

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  constexpr unsigned long flags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!out || X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string serial_text(const X509* certificate) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr), BN_free);
  if (!number) return {};
  const std::unique_ptr<char, void (*)(char*)> hex(BN_bn2hex(number.get()),
                                                   [](char* text) { OPENSSL_free(text); });
  std::string out(hex ? hex.get() : "");
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  const auto first = out.find_first_not_of('0');
  return first == std::string::npos ? "0" : out.substr(first);
}

std::string fingerprint_of(const X509* certificate) {
  unsigned char digest[32];
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
  return to_hex({digest, size});
}

std::int64_t unix_seconds(const ASN1_TIME* time) noexcept {
  tm when{};
  return ASN1_TIME_to_tm(time, &when) == 1 ? static_cast<std::int64_t>(timegm(&when)) : 0;
}

std::string_view text_of(const ASN1_STRING* text) noexcept {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// IA5 text of a stranger: what could break a line or a label is escaped.
std::string escaped(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

std::string address_text(std::string_view bytes) {
  namespace ip = boost::asio::ip;
  if (bytes.size() == 4) {
    ip::address_v4::bytes_type four;
    std::copy(bytes.begin(), bytes.end(), four.begin());
    return ip::address_v4(four).to_string();
  }
  if (bytes.size() != 16) return "?";
  ip::address_v6::bytes_type sixteen;
  std::copy(bytes.begin(), bytes.end(), sixteen.begin());
  return ip::address_v6(sixteen).to_string();
}

std::vector<std::string> alternative_names(X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  std::vector<std::string> out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    switch (name->type) {
      case GEN_DNS: out.push_back("DNS:" + escaped(text_of(name->d.dNSName))); break;
      case GEN_IPADD: out.push_back("IP:" + address_text(text_of(name->d.iPAddress))); break;
      case GEN_URI:
        out.push_back("URI:" + escaped(text_of(name->d.uniformResourceIdentifier)));
        break;
      case GEN_EMAIL: out.push_back("email:" + escaped(text_of(name->d.rfc822Name))); break;
      default: break;
    }
  }
  return out;
}

std::vector<certificate_facts> read_all(const STACK_OF(X509) * certificates) {
  std::vector<certificate_facts> out;
  for (int i = 0; i < sk_X509_num(certificates); ++i)
    out.push_back(read_certificate(sk_X509_value(certificates, i)));
  return out;
}

std::int64_t first_expiry(const std::vector<certificate_facts>& among) noexcept {
  const auto first = std::min_element(among.begin(), among.end(), [](const auto& a, const auto& b) {
    return a.not_after < b.not_after;
  });
  return first == among.end() ? 0 : first->not_after;
}

}  // namespace

std::vector<std::string_view> certificate_facts::dns_names() const {
  constexpr std::string_view prefix = "DNS:";
  std::vector<std::string_view> out;
  for (const auto& name : names)
    if (name.starts_with(prefix)) out.push_back(std::string_view(name).substr(prefix.size()));
  return out;
}

std::int64_t tls_facts::earliest_expiry() const noexcept {
  return first_expiry(presented);
}

std::int64_t tls_facts::last_chain_expiry() const noexcept {
  return first_expiry(chain);
}

certificate_facts read_certificate(x509_st* certificate) {
  certificate_facts out;
  out.subject = name_text(X509_get_subject_name(certificate));
  out.issuer = name_text(X509_get_issuer_name(certificate));
  out.serial = serial_text(certificate);
  out.fingerprint = fingerprint_of(certificate);
  out.names = alternative_names(certificate);
  out.not_before = unix_seconds(X509_get0_notBefore(certificate));
  out.not_after = unix_seconds(X509_get0_notAfter(certificate));
  return out;
}

tls_facts read_tls_facts(const byte_stream& stream) {
  return stream.native_tls() ? read_tls_facts(stream.native_tls()) : tls_facts();
}

tls_facts read_tls_facts(const ssl_st* ssl) {
  tls_facts out;
  if (SSL_get_current_cipher(ssl)) {
    out.version = SSL_get_version(ssl);
    if (out.version.starts_with("TLSv")) out.version.replace(0, 4, "TLS ");
    if (out.version == "TLS 1") out.version = "TLS 1.0";
    if (const char* name = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl))) out.cipher = name;
  }
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  if (size) out.alpn = escaped({reinterpret_cast<const char*>(protocol), size});
  out.presented = read_all(SSL_get_peer_cert_chain(ssl));
  out.verified = !out.presented.empty() && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE &&
                 SSL_get_verify_result(ssl) == X509_V_OK;
  if (out.verified) out.chain = read_all(SSL_get0_verified_chain(ssl));
  return out;
}

}  // namespace core
