#include "probe/blackbox/module_rules.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "core/dns_exchange.hpp"
#include "core/http_head.hpp"
#include "core/json_text.hpp"
#include "core/token.hpp"
#include "probe/blackbox/accept_encoding.hpp"

namespace probe::blackbox {
namespace {

using core::json_string;
using core::node;
using core::reading;

/// Where a key's value stands, or the map when it is not given.
const core::position& place(const node& from, std::string_view key) {
  const node* const value = from.find(key);
  return value ? value->at : from.at;
}

void check_pair(const node& from, const char* one, const char* other, bool both, reading& r) {
  if (both)
    r.found.add(place(from, other),
                std::string(one) + " and " + other + " are given, and mean the same",
                "one of them");
}

std::string_view compression_name(compression wanted) {
  for (const auto& [name, value] : config_names(wanted))
    if (value == wanted) return name;
  return {};
}

void check_headers(const http_settings& http, const node& from, reading& r) {
  const node* const headers = from.find("headers");
  for (const auto& [name, value] : http.headers) {
    const auto& at = place(*headers, name);
    if (!core::is_token(name))
      r.found.add(at, json_string(name) + " is no name of a header", "letters, digits and -");
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      r.found.add(at, "header " + name + " has a line feed or a null byte in its value");
    if (http.compression && core::iequals(name, "accept-encoding") &&
        !accepts_encoding(value, compression_name(*http.compression)))
      r.found.add(at, "Accept-Encoding " + json_string(value) + " does not accept the compression",
                  "an Accept-Encoding that has what compression names");
    if (core::iequals(name, "content-length") || core::iequals(name, "transfer-encoding"))
      r.found.add(at, "header " + name + " is made from the body", "no such header");
  }
}

bool is_label_name(std::string_view name) noexcept {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), fits);
}

void check_source(const std::string& address, const node& from, reading& r) {
  if (address.empty()) return;
  boost::system::error_code error;
  boost::asio::ip::make_address(address, error);
  if (error)
    r.found.add(place(from, "source_ip_address"), json_string(address) + " is no IP address",
                "an IP address of this machine");
}

bool can_be_asked(const std::string& name) {
  core::dns_query query;
  query.name = name;
  return core::encode_dns_query(query, 0).has_value();
}

}  // namespace

void check_tls(const tls_settings& tls, const node& from, reading& r) {
  if (tls.cert_file.empty() != tls.key_file.empty())
    r.found.add(place(from, tls.cert_file.empty() ? "key_file" : "cert_file"),
                "cert_file and key_file are given together or not at all",
                tls.cert_file.empty() ? "cert_file too" : "key_file too");
  if (tls.min_version && tls.max_version && *tls.min_version > *tls.max_version)
    r.found.add(place(from, "max_version"), "max_version is below min_version",
                "a version from min_version on");
}

void check_basic_auth(const basic_auth& auth, const node& from, reading& r) {
  check_pair(from, "password", "password_file",
             !auth.password.text.empty() && !auth.password_file.empty(), r);
}

void check_authorization(const authorization& a, const node& from, reading& r) {
  check_pair(from, "credentials", "credentials_file",
             !a.credentials.text.empty() && !a.credentials_file.empty(), r);
  if (core::iequals(a.type, "basic"))
    r.found.add(place(from, "type"), "authorization cannot be of type Basic", "basic_auth");
}

void check_http(const http_settings& http, const node& from, reading& r) {
  for (const int code : http.valid_status_codes)
    if (code < 100 || code > 999)
      r.found.add(place(from, "valid_status_codes"), std::to_string(code) + " is no status",
                  "100 to 999");
  if (!http.method.empty() && !core::is_token(http.method))
    r.found.add(place(from, "method"), json_string(http.method) + " is no method",
                "a token such as GET");
  const auto possible = [](const std::string& v) { return v == "HTTP/1.0" || v == "HTTP/1.1"; };
  if (!http.valid_http_versions.empty() &&
      std::none_of(http.valid_http_versions.begin(), http.valid_http_versions.end(), possible))
    r.found.add(place(from, "valid_http_versions"),
                "no version of these is spoken here, so every probe would fail",
                "HTTP/1.1 or HTTP/1.0 among them");
  if (http.compression == compression::br)
    r.found.add(place(from, "compression"), "br cannot be decompressed here",
                "gzip, deflate or identity");
  check_pair(from, "body", "body_file", !http.body.empty() && !http.body_file.empty(), r);
  check_pair(from, "bearer_token", "bearer_token_file",
             !http.bearer_token.text.empty() && !http.bearer_token_file.empty(), r);
  const bool bearer = !http.bearer_token.text.empty() || !http.bearer_token_file.empty();
  if (int{bearer} + int{http.basic_auth.has_value()} + int{http.authorization.has_value()} > 1)
    r.found.add(from.at, "there are several ways to authenticate",
                "one of basic_auth, authorization, bearer_token and bearer_token_file");
  check_headers(http, from, r);
}

void check_labels(const query_response& step, const node& from, reading& r) {
  for (std::size_t i = 0; i < step.labels.size(); ++i) {
    const auto& name = step.labels[i].name;
    const auto same = [&name](const expect_label& other) { return other.name == name; };
    const auto first = step.labels.begin();
    if (!is_label_name(name))
      r.found.add(place(from, "labels"), json_string(name) + " is no name of a label",
                  "letters, digits and _, not a digit first");
    if (std::any_of(first, first + static_cast<std::ptrdiff_t>(i), same))
      r.found.add(place(from, "labels"), "label " + name + " is there twice", "it once");
  }
}

void check_tcp(const tcp_settings& tcp, const node& from, reading& r) {
  check_source(tcp.source_ip_address, from, r);
}

void check_dns(const dns_settings& dns, const node& from, reading& r) {
  check_source(dns.source_ip_address, from, r);
  if (!dns.query_name.empty() && !can_be_asked(dns.query_name))
    r.found.add(place(from, "query_name"), json_string(dns.query_name) + " is no domain name",
                "labels of 1 to 63 bytes, 255 in all");
  if (!dns.query_type.empty() && !core::dns_type_of(dns.query_type))
    r.found.add(place(from, "query_type"), json_string(dns.query_type) + " is no type of record",
                "one such as A, AAAA, MX, SRV, TXT or SOA");
  if (!dns.query_class.empty() && !core::dns_class_of(dns.query_class))
    r.found.add(place(from, "query_class"), json_string(dns.query_class) + " is no class",
                "one of IN, CS, CH, HS, NONE, ANY");
  for (const auto& code : dns.valid_rcodes)
    if (!core::dns_rcode_of(code))
      r.found.add(place(from, "valid_rcodes"), json_string(code) + " is no response code",
                  "one such as NOERROR, NXDOMAIN or SERVFAIL");
  if (dns.dns_over_tls && dns.transport_protocol != transport::tcp)
    r.found.add(place(from, "dns_over_tls"), "dns_over_tls needs TCP", "transport_protocol: tcp");
}

void check_module(const module_config& module, const node& from, reading& r) {
  const node* const dns = from.find("dns");
  if (module.prober == prober_kind::dns && !dns)
    r.found.add(from.at, "a dns module has no section dns", "dns with a query_name");
  // The sections of other probers are shown with every module, and may be read again.
  if (module.prober == prober_kind::dns && dns && module.dns.query_name.empty())
    r.found.add(place(*dns, "query_name"), "query_name is missing", "the name to ask for");
  if (module.timeout.value < core::duration{})
    r.found.add(place(from, "timeout"), "timeout is negative", "a duration such as 5s");
}

}  // namespace probe::blackbox
