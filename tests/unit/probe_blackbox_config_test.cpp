#include "probe/blackbox/module_config.hpp"

#include <gtest/gtest.h>

#include "probe/blackbox/accept_encoding.hpp"
#include "probe/blackbox/compiled_module.hpp"

namespace {

using namespace std::chrono_literals;
namespace blackbox = probe::blackbox;

blackbox::file_config read(const std::string& text, core::problems& found) {
  const auto file = core::document::parse("b.yml", text, found);
  return blackbox::read_file(file, found);
}

blackbox::module_config module_of(const std::string& text) {
  core::problems found;
  auto config = read("modules:\n  m:\n" + text, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  return config.modules["m"];
}

TEST(blackbox_config, the_examples_of_the_real_one_are_read) {
  const auto m = module_of(R"(
    prober: http
    timeout: 5s
    http:
      valid_http_versions: ["HTTP/1.1", "HTTP/2.0"]
      valid_status_codes: []  # Defaults to 2xx
      method: GET
      headers:
        Host: vhost.example.com
        Accept-Language: en-US
      no_follow_redirects: false
      fail_if_body_matches_regexp:
        - "Could not connect to database"
      fail_if_header_matches: # Verifies that no cookies are set
        - header: Set-Cookie
          allow_missing: true
          regexp: '.*'
      fail_if_header_not_matches:
        - header: Access-Control-Allow-Origin
          regexp: '(\*|example\.com)'
      tls_config:
        insecure_skip_verify: false
      preferred_ip_protocol: "ip4" # defaults to "ip6"
      ip_protocol_fallback: false  # no fallback to "ip6"
)");
  EXPECT_EQ(m.timeout.value, 5s);
  EXPECT_EQ(m.http.preferred, blackbox::ip_protocol::ip4);
  EXPECT_FALSE(m.http.fallback);
  EXPECT_TRUE(m.http.follow_redirects);
  EXPECT_EQ(m.http.fail_if_header_matches.at(0).regexp.source(), ".*");
}

TEST(blackbox_config, references_in_a_tcp_module_are_not_the_environments) {
  const auto m = module_of(R"yaml(
    prober: tcp
    tcp:
      query_response:
      - expect: "PING :([^ ]+)"
        send: "PONG ${1} $${2} $x"
)yaml");
  EXPECT_EQ(m.tcp.query_response.at(0).send, "PONG ${1} $${2} $x");
}

TEST(blackbox_config, a_key_without_a_value_is_its_default) {
  const auto m = module_of("    prober: http\n    timeout:\n    http:\n      tls_config:\n");
  EXPECT_EQ(m.timeout.value, 0s);
  EXPECT_TRUE(m.http.enable_http2);
}

TEST(blackbox_config, two_ways_to_say_the_same_become_one) {
  const auto m =
      module_of("    prober: http\n    http: {no_follow_redirects: true, bearer_token: secret}\n");
  EXPECT_FALSE(m.http.follow_redirects);
  ASSERT_TRUE(m.http.authorization);
  EXPECT_EQ(m.http.authorization->credentials.text, "secret");
}

TEST(blackbox_config, sizes_are_powers_of_1024) {
  for (const auto& [text, bytes] : {std::pair{"10KB", 10240ull},
                                    {"1MiB", 1048576ull},
                                    {"512B", 512ull},
                                    {"7", 7ull},
                                    {"0", 0ull}})
    EXPECT_EQ(
        module_of(std::string("    prober: http\n    http: {body_size_limit: ") + text + "}\n")
            .http.body_size_limit.bytes,
        bytes)
        << text;
}

TEST(blackbox_config, durations_are_those_of_go) {
  core::duration d{};
  EXPECT_TRUE(blackbox::parse_go_duration("1m30s", d));
  EXPECT_EQ(d, 90s);
  EXPECT_TRUE(blackbox::parse_go_duration("0.5s", d));
  EXPECT_EQ(d, 500ms);
  EXPECT_TRUE(blackbox::parse_go_duration("250us", d));
  EXPECT_EQ(d, 250us);
  EXPECT_TRUE(blackbox::parse_go_duration("0", d));
  for (const char* none : {"", "5", "s", "-5s", "5 s", "5d", "1e3s", "infs", "nans"})
    EXPECT_FALSE(blackbox::parse_go_duration(none, d)) << none;
}

TEST(blackbox_config, what_is_not_probed_with_is_noted) {
  core::problems found;
  const auto config = read(
      "modules: {ping: {prober: icmp, icmp: {ttl: 5}}, rpc: {prober: grpc, grpc: {tls: true}}}",
      found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  const auto notes = blackbox::notes_on(config);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0],
            "module ping: there is no prober icmp here; its probes are answered with 400");
}

TEST(blackbox_config, secrets_are_masked_and_defaults_shown) {
  core::problems found;
  const auto file = core::document::parse(
      "b.yml",
      "modules: {m: {prober: http, timeout: 2s, http: {basic_auth: {username: u, password: pw}, "
      "headers: {X-Number: \"12\"}}}}",
      found);
  const auto set = blackbox::compile_modules(file, found);
  ASSERT_TRUE(set) << found.to_string();
  EXPECT_EQ(blackbox::show_file(set->config), R"(modules:
    m:
        prober: http
        timeout: 2s
        http:
            ip_protocol_fallback: true
            headers:
                X-Number: "12"
            basic_auth:
                username: u
                password: <secret>
            follow_redirects: true
            enable_http2: true
        tcp:
            ip_protocol_fallback: true
        icmp:
            ip_protocol_fallback: true
            ttl: 64
        dns:
            ip_protocol_fallback: true
            recursion_desired: true
)");
}

TEST(blackbox_config, credentials_become_one_header) {
  core::problems found;
  const auto file = core::document::parse(
      "b.yml",
      "modules: {b: {prober: http, http: {basic_auth: {username: user, password: pass}}}, "
      "t: {prober: http, http: {bearer_token: tok}}, "
      "h: {prober: http, http: {headers: {Authorization: own, host: h.test, User-Agent: me}}}}",
      found);
  const auto set = blackbox::compile_modules(file, found);
  ASSERT_TRUE(set) << found.to_string();
  EXPECT_EQ(set->modules.at("b")->authorization, "Basic dXNlcjpwYXNz");
  EXPECT_EQ(set->modules.at("t")->authorization, "Bearer tok");
  EXPECT_EQ(set->modules.at("h")->authorization, "own");
  EXPECT_EQ(set->modules.at("h")->host, "h.test");
  const core::header_list headers{{"User-Agent", "me"}, {"Connection", "close"}};
  EXPECT_EQ(set->modules.at("h")->headers, headers);
}

TEST(accept_encoding, the_more_specific_one_decides) {
  using blackbox::accepts_encoding;
  EXPECT_TRUE(accepts_encoding("", "gzip"));
  EXPECT_TRUE(accepts_encoding("br, gzip", "gzip"));
  EXPECT_TRUE(accepts_encoding("br;q=1.0, GZIP;q=0.1", "gzip"));
  EXPECT_TRUE(accepts_encoding(" *;q=0.1 ", "gzip"));
  EXPECT_TRUE(accepts_encoding("gzip;q=0.5, *;q=0.0", "gzip"));
  EXPECT_FALSE(accepts_encoding("br, identity", "gzip"));
  EXPECT_FALSE(accepts_encoding("gzip;q=0, *", "gzip"));
  EXPECT_FALSE(accepts_encoding("*;q=0.0", "gzip"));
}

// Broken files, each with what is said about it.
struct broken {
  const char* name;
  const char* text;
  const char* message;
};

class broken_blackbox : public testing::TestWithParam<broken> {};

TEST_P(broken_blackbox, is_refused_with_its_reason) {
  core::problems found;
  const auto file = core::document::parse("b.yml", GetParam().text, found);
  const auto set = found.empty() ? blackbox::compile_modules(file, found) : nullptr;
  EXPECT_FALSE(set);
  EXPECT_EQ(found.to_string(), GetParam().message);
}

#define HTTP(options) "modules: {m: {prober: http, http: {" options "}}}"
#define TLS(options) HTTP("tls_config: {" options "}")
#define DNS(options) "modules: {m: {prober: dns, dns: {" options "}}}"

const broken files[] = {
    {"empty", "", "b.yml:1:1: the file is empty (expected one document with the key modules)\n"},
    {"no_modules", "{}", "b.yml:1:1: missing key \"modules\" (expected map of map)\n"},
    {"unknown_key", HTTP("methd: GET"),
     "b.yml:1:36: unknown key \"methd\" (expected \"method\")\n"},
    {"unknown_key_without_value", "modules:\n  m:\n    prober: http\n    htpt:\n",
     "b.yml:4:5: unknown key \"htpt\" (expected \"http\")\n"},
    {"no_prober", "modules: {m: {timeout: 5s}}",
     "b.yml:1:14: missing key \"prober\" (expected one of http, tcp, dns, icmp, grpc)\n"},
    {"unknown_prober", "modules: {m: {prober: smtp}}",
     "b.yml:1:23: \"smtp\" is not known here (expected one of http, tcp, dns, icmp, grpc)\n"},
    {"bad_timeout", "modules: {m: {prober: http, timeout: 5}}",
     "b.yml:1:38: \"5\" is no duration (expected a duration such as 5s, 1m30s or 0.5s)\n"},
    {"bad_regex", HTTP("fail_if_body_matches_regexp: [\"a(\"]"),
     "b.yml:1:66: \"a(\" is no regular expression: Unmatched marking parenthesis ( or \\(.  The "
     "error occurred while parsing the regular expression: 'a(>>>HERE>>>'. (expected an "
     "expression of RE2)\n"},
    {"look_ahead", HTTP("fail_if_body_matches_regexp: [\"(?=a)\"]"),
     "b.yml:1:66: \"(?=a)\" is no regular expression: \"(?=a\" begins no group of RE2 (expected "
     "an expression of RE2)\n"},
    {"bad_protocol", HTTP("preferred_ip_protocol: ip5"),
     "b.yml:1:59: \"ip5\" is not known here (expected one of ip4, ip6)\n"},
    {"bad_status", HTTP("valid_status_codes: [20]"),
     "b.yml:1:56: 20 is no status (expected 100 to 999)\n"},
    {"only_http2", HTTP("valid_http_versions: [HTTP/2.0]"),
     "b.yml:1:57: no version of these is spoken here, so every probe would fail (expected "
     "HTTP/1.1 or HTTP/1.0 among them)\n"},
    {"brotli", HTTP("compression: br"),
     "b.yml:1:49: br cannot be decompressed here (expected gzip, deflate or identity)\n"},
    {"compression_not_accepted", HTTP("compression: gzip, headers: {Accept-Encoding: br}"),
     "b.yml:1:82: Accept-Encoding \"br\" does not accept the compression (expected an "
     "Accept-Encoding that has what compression names)\n"},
    {"bad_header_name", HTTP("headers: {\"a b\": c}"),
     "b.yml:1:53: \"a b\" is no name of a header (expected letters, digits and -)\n"},
    {"header_injection", HTTP("headers: {X: \"a\\r\\nB: c\"}"),
     "b.yml:1:49: header X has a line feed or a null byte in its value\n"},
    {"two_bodies", HTTP("body: a, body_file: b"),
     "b.yml:1:56: body and body_file are given, and mean the same (expected one of them)\n"},
    {"two_credentials", HTTP("bearer_token: t, basic_auth: {username: u}"),
     "b.yml:1:35: there are several ways to authenticate (expected one of basic_auth, "
     "authorization, bearer_token and bearer_token_file)\n"},
    {"two_passwords", HTTP("basic_auth: {password: p, password_file: f}"),
     "b.yml:1:77: password and password_file are given, and mean the same (expected one of "
     "them)\n"},
    {"basic_as_authorization", HTTP("authorization: {type: basic, credentials: x}"),
     "b.yml:1:58: authorization cannot be of type Basic (expected basic_auth)\n"},
    {"oauth2", HTTP("oauth2: {client_id: x}"),
     "b.yml:1:44: not supported: tokens of OAuth 2 are not fetched here; use bearer_token_file "
     "(expected no such key)\n"},
    {"proxy", HTTP("proxy_url: \"http://p:3128\""),
     "b.yml:1:47: not supported: targets are reached directly (expected no such key)\n"},
    {"cel", HTTP("fail_if_body_json_matches_cel: \"body.x\""),
     "b.yml:1:67: not supported: there is no CEL here; use fail_if_body_matches_regexp "
     "(expected no such key)\n"},
    {"header_rule_without_name", HTTP("fail_if_header_matches: [{regexp: x}]"),
     "b.yml:1:61: missing key \"header\" (expected string)\n"},
    {"certificate_without_key", TLS("cert_file: c.pem"),
     "b.yml:1:60: cert_file and key_file are given together or not at all (expected key_file "
     "too)\n"},
    {"certificate_not_there", TLS("ca_file: /no/such/ca.pem"),
     "b.yml:1:11: TLS trusted roots /no/such/ca.pem: error:80000002:system library::No such file "
     "or directory\n"},
    {"bad_tls_version", TLS("min_version: TLS1.2"),
     "b.yml:1:62: \"TLS1.2\" is not known here (expected one of TLS10, TLS11, TLS12, TLS13)\n"},
    {"versions_crossed", TLS("min_version: TLS13, max_version: TLS12"),
     "b.yml:1:82: max_version is below min_version (expected a version from min_version on)\n"},
    {"bad_size", HTTP("body_size_limit: 10 potatoes"),
     "b.yml:1:53: \"10 potatoes\" is no size (expected a number of bytes such as 512B, 64KB or "
     "10MiB)\n"},
    {"password_file_not_there", HTTP("basic_auth: {username: u, password_file: /no/such/password}"),
     "b.yml:1:11: cannot read /no/such/password (expected a readable file)\n"},
    {"bad_source", "modules: {m: {prober: tcp, tcp: {source_ip_address: here}}}",
     "b.yml:1:53: \"here\" is no IP address (expected an IP address of this machine)\n"},
    {"bad_label",
     "modules: {m: {prober: tcp, tcp: {query_response: [{labels: [{name: 1a}, {name: b}, {name: "
     "b}]}]}}}",
     "b.yml:1:60: \"1a\" is no name of a label (expected letters, digits and _, not a digit "
     "first)\nb.yml:1:60: label b is there twice (expected it once)\n"},
    {"query_response_no_list", "modules: {m: {prober: tcp, tcp: {query_response: {send: x}}}}",
     "b.yml:1:50: a map was given (expected a list)\n"},
    {"dns_without_section", "modules: {m: {prober: dns}}",
     "b.yml:1:14: a dns module has no section dns (expected dns with a query_name)\n"},
    {"dns_without_name", DNS("query_type: A"),
     "b.yml:1:33: query_name is missing (expected the name to ask for)\n"},
    {"dns_bad_name", DNS("query_name: a..b"),
     "b.yml:1:46: \"a..b\" is no domain name (expected labels of 1 to 63 bytes, 255 in all)\n"},
    {"dns_bad_type", DNS("query_name: a.test, query_type: AX"),
     "b.yml:1:66: \"AX\" is no type of record (expected one such as A, AAAA, MX, SRV, TXT or "
     "SOA)\n"},
    {"dns_bad_class", DNS("query_name: a.test, query_class: OUT"),
     "b.yml:1:67: \"OUT\" is no class (expected one of IN, CS, CH, HS, NONE, ANY)\n"},
    {"dns_bad_rcode", DNS("query_name: a.test, valid_rcodes: [NOPE]"),
     "b.yml:1:68: \"NOPE\" is no response code (expected one such as NOERROR, NXDOMAIN or "
     "SERVFAIL)\n"},
    {"dns_bad_transport", DNS("query_name: a.test, transport_protocol: quic"),
     "b.yml:1:74: \"quic\" is not known here (expected one of udp, tcp)\n"},
    {"dns_tls_over_udp", DNS("query_name: a.test, dns_over_tls: true"),
     "b.yml:1:68: dns_over_tls needs TCP (expected transport_protocol: tcp)\n"},
    {"anchor", "modules: {m: &a {prober: tcp}}",
     "b.yml:1:14: an anchor (&a) is not supported (expected the value written where it is "
     "used)\n"},
    {"all_at_once", HTTP("methd: GET, valid_status_codes: x"),
     "b.yml:1:36: unknown key \"methd\" (expected \"method\")\n"
     "b.yml:1:68: \"x\" was given (expected a list)\n"},
};

INSTANTIATE_TEST_SUITE_P(files, broken_blackbox, testing::ValuesIn(files),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
