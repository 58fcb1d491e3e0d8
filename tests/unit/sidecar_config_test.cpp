#include "sidecar/config/sidecar_config.hpp"

#include <gtest/gtest.h>

namespace {

using sidecar::sidecar_config;

core::problems problems_of(std::string_view text) {
  core::problems found;
  const auto document = core::document::parse("sidecar.yaml", text, found);
  const core::environment none = [](const std::string&) { return std::nullopt; };
  core::read_config<sidecar_config>(document, found, none);
  return found;
}

TEST(sidecar_config, a_small_file_is_enough) {
  EXPECT_EQ(
      problems_of(
          "service: s\ninbound:\n- {name: in, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n")
          .to_string(),
      "");
}

TEST(sidecar_config, rules_and_modes_of_tracing_are_read) {
  EXPECT_EQ(problems_of("inbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81', "
                        "routes: [{route: /a, slow: 250ms}]}\n"
                        "tracing: {record: all, traces_per_second: 5, slow: 2s, "
                        "rules: {error: on, slow: off, share: dry_run}, hold: {spans: 10, size: "
                        "1MiB, age: 5s, decisions: 100}, query_keys: [page]}\n")
                .to_string(),
            "");
}

TEST(sidecar_config, more_bounds_than_a_histogram_should_have_are_refused) {
  std::string bounds;
  for (int i = 1; i <= 33; ++i) bounds += (i > 1 ? ", " : "") + std::to_string(i) + "ms";
  const auto text = problems_of("service: s\nmetrics: {duration_bounds: [" + bounds +
                                "]}\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                                "'127.0.0.1:81'}\n")
                        .to_string();
  EXPECT_NE(text.find("33 bounds"), std::string::npos) << text;
}

struct broken_file {
  const char* name;
  const char* text;
  const char* problem;
};
class broken_sidecar_config : public ::testing::TestWithParam<broken_file> {};

TEST_P(broken_sidecar_config, is_refused_with_its_place) {
  const auto text = problems_of(GetParam().text).to_string();
  EXPECT_NE(text.find(GetParam().problem), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    sidecar, broken_sidecar_config,
    ::testing::Values(
        broken_file{"no_listener", "service: s\n", "no listener"},
        broken_file{"unknown_key", "service: s\nlisten: x\n", "sidecar.yaml:2:1"},
        broken_file{
            "same_address_twice",
            "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n"
            "- {name: b, listen: '127.0.0.1:80', upstream: '127.0.0.1:82'}\n",
            "two listeners on 127.0.0.1:80"},
        broken_file{"trust_without_mutual_tls",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', trust: peers}\n",
                    "trust: peers without mutual TLS"},
        broken_file{"allow_without_roots",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', tls: {certificate: c, key: k, allow: [scores]}}\n",
                    "allow without client_ca"},
        broken_file{
            "optional_without_roots",
            "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81', "
            "tls: {certificate: c, key: k, client_certificate: optional}}\n",
            "client_certificate without client_ca"},
        broken_file{
            "allow_pattern",
            "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81', "
            "tls: {certificate: c, key: k, client_ca: ca, allow: ['spiffe://prod*']}}\n",
            "has * behind something else than a /"},
        broken_file{"route_allow_without_tls",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: /a, allow: [scores]}]}\n",
                    "allow without mutual TLS"},
        broken_file{"route_allow_outbound",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: /a, allow: [scores]}]}\n",
                    "whoever reaches the listener is the application"},
        broken_file{"trust_with_optional_certificates",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', trust: peers, tls: {certificate: c, key: k, client_ca: ca, "
                    "client_certificate: optional}}\n",
                    "trust: peers with optional client certificates"},
        broken_file{"peer_header_that_is_taken",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', peer_header: Host}\n",
                    "peer_header: \"Host\" cannot be used"},
        broken_file{"peer_header_that_is_none",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', peer_header: 'a b'}\n",
                    "a header name of its own"},
        broken_file{"certificate_without_key",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', tls: {certificate: c}}\n",
                    "a certificate without its key"},
        broken_file{"no_upstream", "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', }\n",
                    "no upstream"},
        broken_file{"two_upstreams",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', upstream_srv: _http._tcp.x}\n",
                    "both upstream and upstream_srv"},
        broken_file{"srv_name_without_service",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream_srv: "
                    "scores.example}\n",
                    "does not begin with _service._protocol"},
        broken_file{
            "srv_name_without_domain",
            "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream_srv: _http._tcp}\n",
            "names no domain"},
        broken_file{"srv_name_with_an_empty_label",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream_srv: "
                    "_http._tcp..x}\n",
                    "has a label that is none"},
        broken_file{"srv_and_tls_without_a_name",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream_srv: "
                    "_http._tcp.x, tls: {}}\n",
                    "TLS to an SRV name without tls.server_name"},
        broken_file{"dns_server_by_name",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\ndns: {servers: ['dns.example:53']}\n",
                    "DNS server dns.example:53 is no address"},
        broken_file{"dns_ttls_in_disorder",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\ndns: {min_ttl: 1m, max_ttl: 1s}\n",
                    "max_ttl is less than min_ttl"},
        broken_file{"merge_without_sources",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\nmerge: {sources: []}\n",
                    "sidecar.yaml:4:18: no source"},
        broken_file{"merge_sources_of_one_name",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\nmerge: {sources: [{name: x, url: 'http://h:1'}, {name: x, "
                    "url: 'http://h:2'}]}\n",
                    "two sources named \"x\""},
        broken_file{"merge_label_of_a_bucket",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\nmerge: {sources: [{name: x, url: 'http://h:1', labels: {le: "
                    "'1'}}]}\n",
                    "\"le\" cannot be a label"},
        broken_file{"merge_query_with_its_mark",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\nmerge: {sources: [{name: x, url: 'http://h:1', query: "
                    "'?a=b'}]}\n",
                    "\"?a=b\" is no query"},
        broken_file{"merge_ca_without_https",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\nmerge: {sources: [{name: x, url: 'http://h:1', ca: "
                    "roots.pem}]}\n",
                    "a ca for a URL that is not https"},
        broken_file{"merge_of_ourselves",
                    "service: s\nadmin: {listen: '127.0.0.1:9901'}\ninbound:\n- {name: a, listen: "
                    "'127.0.0.1:80', upstream: '127.0.0.1:81'}\nmerge: {sources: [{name: x, url: "
                    "'http://localhost:9901'}]}\n",
                    "our own admin port"},
        broken_file{"access_log_of_an_unknown_name",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\naccess_log: {format: template, template: '%{status}'}\n",
                    "there is no %{status} (expected one of: timestamp, severity"},
        broken_file{"access_log_without_its_template",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\naccess_log: {format: template}\n",
                    "format: template without a template"},
        broken_file{"access_log_template_for_json",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\naccess_log: {template: '%{body}'}\n",
                    "a template that format: json does not use"},
        broken_file{"access_log_of_a_wrong_header",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\naccess_log: {fields: ['x y']}\n",
                    "\"x y\" is no header's name"},
        broken_file{"bad_route",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: 'x{'}]}\n",
                    "does not start with /"},
        broken_file{"bad_method",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: /a, methods: [get]}]}\n",
                    "unknown method \"get\""},
        broken_file{"bad_rule",
                    "inbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n"
                    "tracing: {rules: {error: maybe}}\n",
                    "sidecar.yaml:3"},
        broken_file{"bad_query_key",
                    "inbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n"
                    "tracing: {query_keys: ['page=1']}\n",
                    "\"page=1\" is no query parameter's name"},
        broken_file{"bad_status",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: /a, results: {'40': bad}}]}\n",
                    "\"40\" is no status"},
        broken_file{"relay_memory_below_one_body",
                    "service: s\nrelay: {listen: '127.0.0.1:4318', body_limit: 2MiB, memory_limit: "
                    "1MiB}\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81'}\n",
                    "memory_limit is 1MiB, less than one body of body_limit (expected at least "
                    "2MiB)"},
        broken_file{"relay_attribute_without_a_name",
                    "service: s\nrelay: {listen: '127.0.0.1:4318', resource: {'': x}}\noutbound:\n"
                    "- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "a resource attribute has no name"},
        broken_file{"relay_attribute_from_nowhere",
                    "service: s\nrelay: {listen: '127.0.0.1:4318', resource: {k: '${POD_NAME}'}}\n"
                    "outbound:\n- {name: a, listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "POD_NAME"},
        broken_file{"public_relay",
                    "service: s\nrelay: {listen: '0.0.0.0:4318'}\noutbound:\n- {name: a, listen: "
                    "'127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "a loopback address"},
        broken_file{"no_keys",
                    "service: s\nsynthetic: {keys: []}\noutbound:\n- {name: a, listen: "
                    "'127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "0 keys"},
        broken_file{"ratio_above_one",
                    "service: s\ntracing: {sample_ratio: 1.5}\noutbound:\n- {name: a, listen: "
                    "'127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "sidecar.yaml:2:25"},
        broken_file{"bound_of_nothing",
                    "service: s\nmetrics: {duration_bounds: [200ms, 0s]}\noutbound:\n- {name: a, "
                    "listen: '127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "sidecar.yaml:2:28"},
        broken_file{"series_limit_of_one",
                    "service: s\nmetrics: {series_limit: 1}\noutbound:\n- {name: a, listen: "
                    "'127.0.0.1:80', upstream: '127.0.0.1:81'}\n",
                    "sidecar.yaml:2:25"},
        broken_file{"rate_by_no_header",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', protection: {rates: [{rate: 1, by: header}]}}\n",
                    "by: header without a header"},
        broken_file{"rate_with_a_header_for_nothing",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', protection: {rates: [{rate: 1, header: x}]}}\n",
                    "a header that nothing is counted by"},
        broken_file{
            "rate_by_an_odd_header",
            "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
            "'127.0.0.1:81', protection: {rates: [{rate: 1, by: header, header: 'x y'}]}}\n",
            "\"x y\" is no header's name"},
        broken_file{"no_places",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', protection: {concurrency: {limit: 0}}}\n",
                    "sidecar.yaml:3:"},
        broken_file{"limit_on_an_outbound_route",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', routes: [{route: /a, concurrency: {limit: 1}}]}\n",
                    "a concurrency limit on an outbound route"},
        broken_file{"fault_that_does_nothing",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', faults: [{every: 2}]}\n",
                    "a fault that does 0 things"},
        broken_file{"fault_by_percent_and_every",
                    "service: s\ninbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', faults: [{reset: true, percent: 1, every: 2}]}\n",
                    "both by percent and by every"},
        broken_file{"fault_for_an_unknown_route",
                    "service: s\noutbound:\n- {name: a, listen: '127.0.0.1:80', upstream: "
                    "'127.0.0.1:81', faults: [{route: /x, reset: true}]}\n",
                    "a fault for the unknown route \"/x\""},
        broken_file{"log_level",
                    "service: s\nlog_level: loud\noutbound:\n- {name: a, listen: '127.0.0.1:80', "
                    "upstream: '127.0.0.1:81'}\n",
                    "sidecar.yaml:2:12"}),
    [](const auto& row) { return row.param.name; });

TEST(sidecar_config, all_problems_are_reported_at_once) {
  const auto found = problems_of("service: s\nworkers: 0\nlog_level: loud\nnonsense: 1\n");
  EXPECT_GE(found.list().size(), 3u) << found.to_string();
}

}  // namespace
