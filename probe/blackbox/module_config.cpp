// The tables of the configuration file.
#include "probe/blackbox/module_config.hpp"

#include "probe/blackbox/module_rules.hpp"

namespace probe::blackbox {

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
  f.check(check_basic_auth);
}

void authorization::describe(core::fields<blackbox::authorization>& f) {
  f.optional("type", &authorization::type, "Scheme of the Authorization header.");
  f.optional("credentials", &authorization::credentials, "What follows it.");
  f.optional("credentials_file", &authorization::credentials_file, "File that holds it.");
  f.check(check_authorization);
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
  f.check(check_labels);
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

}  // namespace probe::blackbox
