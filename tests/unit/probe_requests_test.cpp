// The requests of the kinds http, tcp and tls as a scenario writes them, and what is refused.
#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"

namespace {

probe::scenario_list read(const std::string& step, core::problems& found) {
  return probe::parse_scenarios("dir/s.yaml", "name: s\nsteps:\n  - {name: a, " + step + "}\n", {},
                                found, [](const std::string&) { return std::nullopt; });
}

/// The step, which must be right.
probe::step step_of(const std::string& step) {
  core::problems found;
  const auto list = read(step, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  return found.empty() ? list.at(0)->steps.at(0) : probe::step();
}

TEST(requests, say_how_a_connection_is_made) {
  const auto s = step_of(
      "http: {url: \"http://h/\", redirects: 3, ip: only_6, all_addresses: true, source: \"::1\", "
      "gzip: false, max_body: 1KiB, tls: {ca: ca.pem, certificate: /c.pem, key: k.pem, "
      "server_name: n, insecure: true, min_version: tls1.0, max_version: tls1.2, alpn: [x]}}");
  const auto& q = *s.http;
  EXPECT_EQ(q.redirects, 3);
  EXPECT_EQ(q.ip, core::ip_family::only_6);
  EXPECT_TRUE(q.all_addresses && !q.gzip);
  EXPECT_EQ(q.source_address()->to_string(), "::1");
  EXPECT_EQ(q.max_body.bytes, 1024u);
  EXPECT_EQ(q.tls->ca.path, "dir/ca.pem");  // as seen from the file
  EXPECT_EQ(q.tls->certificate.path, "/c.pem");
  EXPECT_EQ(q.tls->lowest, core::tls_version::tls_1_0);
}

TEST(requests, a_dialog_is_turns) {
  const auto s = step_of(
      "tcp: {address: \"h:25\", dialog: [{expect: \"^220 (?<host>.*)\"}, {send: \"EHLO "
      "${match.host}\"}, {until: x, starttls: true}], tls: {insecure: true}}");
  ASSERT_EQ(s.tcp->dialog.size(), 3u);
  EXPECT_TRUE(s.tcp->dialog[2].starttls);
  EXPECT_EQ(texts_of(s).size(), 2u);
}

struct broken_request {
  const char* name;
  std::string step;
  std::string message;
};
class broken : public testing::TestWithParam<broken_request> {};
TEST_P(broken, is_a_problem_with_its_place) {
  core::problems found;
  read(GetParam().step, found);
  EXPECT_NE(found.to_string().find(GetParam().message), std::string::npos) << found.to_string();
  EXPECT_EQ(found.to_string().rfind("dir/s.yaml:3:", 0), 0u) << found.to_string();
}

INSTANTIATE_TEST_SUITE_P(
    requests, broken,
    testing::Values(
        broken_request{"two_kinds", "http: {url: \"http://h/\"}, tls: {address: \"h:1\"}",
                       "the step is both http and tls"},
        broken_request{"no_kind", "timeout: 1s", "the step checks nothing"},
        broken_request{"status_of_tcp", "tcp: {address: \"h:1\"}, expect: {status: 200}",
                       "a status is expected of a check that has none"},
        broken_request{"source", "tls: {address: \"h:1\", source: h}", "\"h\" is no address"},
        broken_request{"redirects", "http: {url: \"http://h/\", redirects: 21}",
                       "expected 0 to 20"},
        broken_request{"family", "http: {url: \"http://h/\", ip: ipv4}", "prefer_4"},
        broken_request{"certificate_without_key",
                       "tls: {address: \"h:1\", tls: {certificate: c.pem}}",
                       "a certificate without its key"},
        broken_request{"key_without_certificate", "tls: {address: \"h:1\", tls: {key: c.pem}}",
                       "a key without its certificate"},
        broken_request{"versions",
                       "tls: {address: \"h:1\", tls: {min_version: tls1.3, max_version: tls1.2}}",
                       "max_version is below min_version"},
        broken_request{"alpn", "tls: {address: \"h:1\", tls: {alpn: [\"\"]}}", "is no protocol"},
        broken_request{"an_empty_path", "tls: {address: \"h:1\", tls: {ca: \"\"}}",
                       "an empty path"},
        broken_request{"an_empty_turn", "tcp: {address: \"h:1\", dialog: [{}]}",
                       "nothing happens in this turn"},
        broken_request{"expect_and_until",
                       "tcp: {address: \"h:1\", dialog: [{expect: a, until: b}]}",
                       "both expect and until"},
        broken_request{"reject_alone", "tcp: {address: \"h:1\", dialog: [{until: a, reject: b}]}",
                       "reject without expect"},
        broken_request{"tls_unused", "tcp: {address: \"h:1\", tls: {insecure: true}}",
                       "tls without secure or starttls"},
        broken_request{"starttls_twice",
                       "tcp: {address: \"h:1\", secure: true, dialog: [{starttls: true}]}",
                       "starttls where TLS is spoken already"},
        broken_request{"an_unknown_group",
                       "tcp: {address: \"h:1\", dialog: [{expect: \"(a)\", send: \"${match.2}\"}]}",
                       "nothing before matches a group \"2\""},
        broken_request{"a_group_of_later",
                       "tcp: {address: \"h:1\", dialog: [{send: \"${match.x}\"}, {expect: "
                       "\"(?<x>a)\"}]}",
                       "nothing before matches a group \"x\""},
        broken_request{"a_group_elsewhere", "http: {url: \"http://h/${match.1}\"}",
                       "\"match.1\" where nothing is matched"},
        broken_request{"an_empty_size", "http: {url: \"http://h/\"}, expect: {size: {}}",
                       "no size is expected"},
        broken_request{"sizes", "http: {url: \"http://h/\"}, expect: {size: {min: 2, max: 1}}",
                       "max is below min"},
        broken_request{"an_unknown_version",
                       "http: {url: \"http://h/\"}, expect: {version: HTTP/2}", "HTTP/1.1"},
        broken_request{"an_unknown_phase",
                       "http: {url: \"http://h/\"}, expect: {phases: {dns: 1s}}",
                       "unknown key \"dns\""},
        broken_request{"an_empty_tls", "tls: {address: \"h:1\"}, expect: {tls: {}}",
                       "nothing is expected of TLS"},
        broken_request{"a_fingerprint",
                       "tls: {address: \"h:1\"}, expect: {tls: {fingerprints: [ab]}}",
                       "\"ab\" is no fingerprint"},
        broken_request{"an_absent_header_with_a_value",
                       "http: {url: \"http://h/\"}, expect: {headers: [{name: a, exists: false, "
                       "equals: b}]}",
                       "a header that must not exist cannot be anything"},
        broken_request{"two_sources",
                       "http: {url: \"http://h/\"}, extract: {a: {header: x, certificate: issuer}}",
                       "both header and certificate"},
        broken_request{"a_certificate_field",
                       "http: {url: \"http://h/\"}, extract: {a: {certificate: key}}",
                       "fingerprint"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
