#include "probe/blackbox/module_config.hpp"

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

void check_tls(const tls_settings& tls, const node& from, reading& r) {
  if (tls.cert_file.empty() != tls.key_file.empty())
    r.found.add(place(from, tls.cert_file.empty() ? "key_file" : "cert_file"),
                "cert_file and key_file are given together or not at all",
                tls.cert_file.empty() ? "cert_file too" : "key_file too");
  if (tls.min_version && tls.max_version && *tls.min_version > *tls.max_version)
    r.found.add(place(from, "max_version"), "max_version is below min_version",
                "a version from min_version on");
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

void check_source(const std::string& address, const node& from, reading& r) {
  if (address.empty()) return;
  boost::system::error_code error;
  boost::asio::ip::make_address(address, error);
  if (error)
    r.found.add(place(from, "source_ip_address"), json_string(address) + " is no IP address",
                "an IP address of this machine");
}

void check_tcp(const tcp_settings& tcp, const node& from, reading& r) {
  check_source(tcp.source_ip_address, from, r);
}

bool can_be_asked(const std::string& name) {
  core::dns_query query;
  query.name = name;
  return core::encode_dns_query(query, 0).has_value();
}

void check_dns(const dns_settings& dns, const node& from, reading& r) {
  check_source(dns.source_ip_address, from, r);
  if (dns.query_name.empty())
    r.found.add(place(from, "query_name"), "query_name is missing", "the name to ask for");
  else if (!can_be_asked(dns.query_name))
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
  if (module.prober == prober_kind::dns && !from.find("dns"))
    r.found.add(from.at, "a dns module has no section dns", "dns with a query_name");
  if (module.timeout.value < core::duration{})
    r.found.add(place(from, "timeout"), "timeout is negative", "a duration such as 5s");
}

}  // namespace

const char* to_label(prober_kind kind) noexcept {
  for (const auto& [name, value] : config_names(kind))
    if (value == kind) return name;
  return "";
}

void tls_settings::describe(core::fields<tls_settings>& f) {
  f.optional("ca_file", &tls_settings::ca_file, "PEM file of trusted roots; default the system's.");
  f.optional("cert_file", &tls_settings::cert_file, "PEM file of the client's certificate chain.");
  f.optional("key_file", &tls_settings::key_file, "PEM file of its key.");
  f.optional("server_name", &tls_settings::server_name,
             "Name that is sent and verified, instead of the target's.");
  f.optional("insecure_skip_verify", &tls_settings::insecure_skip_verify,
             "Accept any certificate.");
  f.optional("min_version", &tls_settings::min_version, "TLS10 to TLS13; default TLS12.");
  f.optional("max_version", &tls_settings::max_version, "TLS10 to TLS13; default TLS13.");
  f.check(check_tls);
}

void basic_auth::describe(core::fields<blackbox::basic_auth>& f) {
  f.optional("username", &basic_auth::username, "User of the Authorization header.");
  f.optional("password", &basic_auth::password, "Its password.");
  f.optional("password_file", &basic_auth::password_file, "File that holds it.");
  f.check([](const basic_auth& a, const node& from, reading& r) {
    check_pair(from, "password", "password_file",
               !a.password.text.empty() && !a.password_file.empty(), r);
  });
}

void authorization::describe(core::fields<blackbox::authorization>& f) {
  f.optional("type", &authorization::type, "Scheme of the Authorization header.");
  f.optional("credentials", &authorization::credentials, "What follows it.");
  f.optional("credentials_file", &authorization::credentials_file, "File that holds it.");
  f.check([](const authorization& a, const node& from, reading& r) {
    check_pair(from, "credentials", "credentials_file",
               !a.credentials.text.empty() && !a.credentials_file.empty(), r);
    if (core::iequals(a.type, "basic"))
      r.found.add(place(from, "type"), "authorization cannot be of type Basic", "basic_auth");
  });
}

void header_match::describe(core::fields<header_match>& f) {
  f.required("header", &header_match::header, "Name of the header.");
  f.required("regexp", &header_match::regexp, "What its values are searched for.");
  f.optional("allow_missing", &header_match::allow_missing, "No such header is well, too.");
}

void http_settings::describe(core::fields<http_settings>& f) {
  using s = http_settings;
  f.optional("valid_status_codes", &s::valid_status_codes, "Statuses that pass; default 2xx.");
  f.optional("valid_http_versions", &s::valid_http_versions, "Versions that pass; default all.");
  describe_choice(f);
  f.optional("skip_resolve_phase_with_proxy", &s::skip_resolve_phase_with_proxy,
             "Of no effect: there is no proxy_url.");
  f.optional("no_follow_redirects", &s::no_follow_redirects, "Opposite of follow_redirects.");
  f.optional("fail_if_ssl", &s::fail_if_ssl, "TLS on the last connection is a failure.");
  f.optional("fail_if_not_ssl", &s::fail_if_not_ssl, "No TLS on the last connection is one.");
  f.optional("method", &s::method, "Default GET.");
  f.optional("headers", &s::headers, "Headers of the request.");
  f.optional("fail_if_body_matches_regexp", &s::fail_if_body_matches, "None may match the body.");
  f.optional("fail_if_body_not_matches_regexp", &s::fail_if_body_not_matches, "All must match it.");
  f.optional("fail_if_header_matches", &s::fail_if_header_matches,
             "No value of the header may match.");
  f.optional("fail_if_header_not_matches", &s::fail_if_header_not_matches,
             "A value of the header must match.");
  f.optional("body", &s::body, "Body of the request.");
  f.optional("body_file", &s::body_file, "File with the body of the request.");
  f.optional("basic_auth", &s::basic_auth, "User and password.");
  f.optional("authorization", &s::authorization, "Any other scheme.");
  f.optional("bearer_token", &s::bearer_token, "Token for Authorization: Bearer.");
  f.optional("bearer_token_file", &s::bearer_token_file, "File that holds it.");
  f.optional("oauth2", &s::oauth2, "Not supported.");
  f.optional("proxy_url", &s::proxy_url, "Not supported.");
  f.optional("proxy_from_environment", &s::proxy_from_environment, "Not supported.");
  f.optional("proxy_connect_header", &s::proxy_connect_header, "Not supported.");
  f.optional("no_proxy", &s::no_proxy, "Not supported.");
  f.optional("fail_if_body_json_matches_cel", &s::json_matches_cel, "Not supported.");
  f.optional("fail_if_body_json_not_matches_cel", &s::json_not_matches_cel, "Not supported.");
  f.optional("tls_config", &s::tls, "TLS of https targets.");
  f.optional("follow_redirects", &s::follow_redirects, "Follow up to 10 redirects.");
  f.optional("enable_http2", &s::enable_http2, "Of no effect: HTTP/1.1 is spoken.");
  f.optional("compression", &s::compression,
             "How the body is compressed: gzip, deflate, identity.");
  f.optional("body_size_limit", &s::body_size_limit,
             "Bytes of the uncompressed body beyond which the probe fails; 0: none.");
  f.check(check_http);
}

void expect_label::describe(core::fields<expect_label>& f) {
  f.required("name", &expect_label::name, "Label of probe_expect_info.");
  f.optional("value", &expect_label::value, "Its value; ${1} is the first group of expect.");
}

void query_response::describe(core::fields<blackbox::query_response>& f) {
  f.optional("expect", &query_response::expect, "Lines are read until one matches.");
  f.optional("labels", &query_response::labels, "Labels of probe_expect_info, from the groups.");
  f.optional("send", &query_response::send, "Line to send; ${1} is the first group of expect.");
  f.optional("starttls", &query_response::starttls, "Go on over TLS from here.");
}

void tcp_settings::describe(core::fields<tcp_settings>& f) {
  describe_choice(f);
  f.optional("source_ip_address", &tcp_settings::source_ip_address, "Address to connect from.");
  f.optional("query_response", &tcp_settings::query_response, "What to expect and send, in order.");
  f.optional("tls", &tcp_settings::tls, "Speak TLS from the start.");
  f.optional("tls_config", &tcp_settings::tls_config, "TLS of the connection.");
  f.check(check_tcp);
}

void record_rules::describe(core::fields<record_rules>& f) {
  f.optional("fail_if_matches_regexp", &record_rules::fail_if_matches, "No record may match one.");
  f.optional("fail_if_all_match_regexp", &record_rules::fail_if_all_match,
             "All records must match all: the real one fails otherwise.");
  f.optional("fail_if_not_matches_regexp", &record_rules::fail_if_not_matches,
             "All records must match all.");
  f.optional("fail_if_none_matches_regexp", &record_rules::fail_if_none_matches,
             "A record must match one.");
}

void dns_settings::describe(core::fields<dns_settings>& f) {
  using s = dns_settings;
  describe_choice(f);
  f.optional("dns_over_tls", &s::dns_over_tls, "Ask over TLS; needs transport_protocol: tcp.");
  f.optional("tls_config", &s::tls_config, "TLS of dns_over_tls.");
  f.optional("source_ip_address", &s::source_ip_address, "Address to ask from.");
  f.optional("transport_protocol", &s::transport_protocol, "udp or tcp; default udp.");
  f.optional("query_class", &s::query_class, "Default IN.");
  f.optional("query_name", &s::query_name, "Name to ask for.");
  f.optional("query_type", &s::query_type, "Default ANY.");
  f.optional("recursion_desired", &s::recursion_desired, "The flag RD of the query.");
  f.optional("valid_rcodes", &s::valid_rcodes, "Response codes that pass; default NOERROR.");
  f.optional("validate_answer_rrs", &s::answer, "Rules for the answer's records.");
  f.optional("validate_authority_rrs", &s::authority, "Rules for the authority section's.");
  f.optional("validate_additional_rrs", &s::additional, "Rules for the additional section's.");
  f.check(check_dns);
}

void icmp_settings::describe(core::fields<icmp_settings>& f) {
  describe_choice(f);
  f.optional("source_ip_address", &icmp_settings::source_ip_address, "Not used here.");
  f.optional("payload_size", &icmp_settings::payload_size, "Not used here.");
  f.optional("dont_fragment", &icmp_settings::dont_fragment, "Not used here.");
  f.optional("ttl", &icmp_settings::ttl, "Not used here.");
}

void grpc_settings::describe(core::fields<grpc_settings>& f) {
  f.optional("service", &grpc_settings::service, "Not used here.");
  f.optional("tls", &grpc_settings::tls, "Not used here.");
  f.optional("tls_config", &grpc_settings::tls_config, "Not used here.");
  describe_choice(f);
}

void module_config::describe(core::fields<module_config>& f) {
  using m = module_config;
  f.required("prober", &m::prober,
             "http, tcp or dns; icmp and grpc are read, but not probed with.");
  f.optional("timeout", &m::timeout, "Longest time of a probe; default what the scraper allows.");
  f.optional("http", &m::http, "How http probes.");
  f.optional("tcp", &m::tcp, "How tcp probes.");
  f.optional("icmp", &m::icmp, "Read, but not probed with.");
  f.optional("dns", &m::dns, "How dns probes.");
  f.optional("grpc", &m::grpc, "Read, but not probed with.");
  f.check(check_module);
}

void file_config::describe(core::fields<file_config>& f) {
  f.required("modules", &file_config::modules, "Modules by name: `/probe?module=NAME`.");
}

namespace {

/// What the real one would have made of it: no value is the default, `${` is itself.
node plain(const node& from) {
  node out = from;
  std::erase_if(out.members, [](const node::member& m) { return m.value.is_null(); });
  for (auto& m : out.members) m.value = plain(m.value);
  for (auto& item : out.items) item = plain(item);
  for (std::size_t at = out.text.find("${"); at != std::string::npos;
       at = out.text.find("${", at + 3))
    out.text.insert(at, "$");
  return out;
}

/// Two ways to say the same become one.
void unify(http_settings& http) {
  if (http.no_follow_redirects) http.follow_redirects = !*http.no_follow_redirects;
  http.no_follow_redirects.reset();
  if (http.bearer_token.text.empty() && http.bearer_token_file.empty()) return;
  http.authorization = {"Bearer", std::move(http.bearer_token), std::move(http.bearer_token_file)};
  http.bearer_token = {};
  http.bearer_token_file.clear();
}

}  // namespace

file_config read_file(const core::document& from, core::problems& found) {
  file_config out;
  if (from.roots().size() != 1) {
    if (found.empty())
      found.add({from.file(), 1, 1},
                from.roots().empty() ? "the file is empty" : "the file has several documents",
                "one document with the key modules");
    return out;
  }
  const core::environment none = [](const std::string&) { return std::optional<std::string>(); };
  reading r{found, none, ""};
  core::table_of<file_config>().read(plain(from.roots().front()), &out, r);
  for (auto& [name, module] : out.modules) unify(module.http);
  return out;
}

std::vector<std::string> notes_on(const file_config& config) {
  std::vector<std::string> out;
  for (const auto& [name, module] : config.modules) {
    if (module.prober == prober_kind::icmp || module.prober == prober_kind::grpc)
      out.push_back("module " + name + ": there is no prober " + to_label(module.prober) +
                    " here; its probes are answered with 400");
    const auto& versions = module.http.valid_http_versions;
    if (module.prober == prober_kind::http &&
        std::find(versions.begin(), versions.end(), "HTTP/1.1") == versions.end() &&
        !versions.empty())
      out.push_back("module " + name + ": only HTTP/1.1 is asked for, and it is not valid");
  }
  return out;
}

}  // namespace probe::blackbox
