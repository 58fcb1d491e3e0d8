// The format of the kinds of check that are no HTTP, and of targets: every rule by what it says.
#include <gtest/gtest.h>

#include "probe/checks/postgres_check.hpp"
#include "probe/checks/server_address.hpp"
#include "probe/format/scenario_reader.hpp"

namespace {

std::string problems_of(const std::string& text) {
  core::problems found;
  probe::bindings constants;
  constants.secrets["s"] = core::secret("x");
  probe::parse_scenarios("s.yaml", text, constants, found);
  return found.to_string();
}

std::string step(const std::string& yaml) {
  return "name: s\nsteps:\n  - name: a\n    " + yaml + "\n";
}

struct broken_case {
  const char* name;
  std::string text;
  const char* says;
};

class broken_kind : public testing::TestWithParam<broken_case> {};

TEST_P(broken_kind, is_a_problem_with_its_place) {
  const auto said = problems_of(GetParam().text);
  EXPECT_EQ(said.rfind("s.yaml:", 0), 0u) << said;
  EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
}

const char* const stream_begin =
    "stream: {submit: {http: {url: \"http://x/\"}}, read: {http: {url: \"http://x/\"}}, ";

std::string dns(const std::string& more, const std::string& rest = "") {
  return step("dns: {name: a, " + more + "}" + rest);
}
std::string redis(const std::string& more, const std::string& rest = "") {
  return step("redis: {address: r, " + more + "}" + rest);
}
std::string postgres(const std::string& more, const std::string& rest = "") {
  return step("postgres: {url: \"postgresql://h/d\", " + more + "}" + rest);
}
std::string targets(const std::string& yaml) {
  return "name: s\ntargets: " + yaml + "\nsteps: [{name: a, http: {url: \"${target.base}\"}}]\n";
}
const std::string expects = "\n    expect: ";

INSTANTIATE_TEST_SUITE_P(
    kinds, broken_kind,
    testing::Values(
        broken_case{"dns_without_name", step("dns: {type: A}"), "name"},
        broken_case{"dns_type", dns("type: ADDRESS"), "\"ADDRESS\" is no type of records"},
        broken_case{"dns_class", dns("class: INTERNET"), "\"INTERNET\" is no class"},
        broken_case{"dns_transport", dns("transport: quic"), "one of udp, tcp, tls"},
        broken_case{"dns_tls_without_server", dns("transport: tls"), "not asked over TLS"},
        broken_case{"dns_server_name", dns("server: x, server_name: y"), "server_name without TLS"},
        broken_case{"dns_datagram", dns("udp_size: 100"), "less than 512"},
        broken_case{"dns_rcode", dns("type: A", expects + "{dns: {rcode: [OK]}}"),
                    "\"OK\" is no response code"},
        broken_case{"dns_no_rcode", dns("type: A", expects + "{dns: {rcode: []}}"),
                    "no response code is right"},
        broken_case{"dns_count_and_bound",
                    dns("type: A", expects + "{dns: {answers: {count: 1, at_least: 1}}}"),
                    "both count and a bound"},
        broken_case{"dns_bounds",
                    dns("type: A", expects + "{dns: {answers: {at_least: 2, at_most: 1}}}"),
                    "at_least is more than at_most"},
        broken_case{"dns_pattern", dns("type: A", expects + "{dns: {answers: {any: [\"(\"]}}}"),
                    "no regular expression"},
        broken_case{"dns_status", dns("type: A", expects + "{status: 200}"),
                    "a check that has none"},
        broken_case{"dns_reply", dns("type: A", expects + "{redis: {type: nil}}"),
                    "the answer of another kind"},
        broken_case{"redis_empty_command", redis("command: []"), "no command"},
        broken_case{"redis_user", redis("user: u, command: [PING]"), "user without password"},
        broken_case{"redis_server_name", redis("server_name: u, command: [PING]"),
                    "server_name without TLS"},
        broken_case{"redis_db", redis("db: -1, command: [PING]"), "db"},
        broken_case{"redis_nothing", redis("command: [PING]", expects + "{redis: {}}"),
                    "nothing is expected of the reply"},
        broken_case{"redis_bounds",
                    redis("command: [PING]", expects + "{redis: {at_least: 2, at_most: 1}}"),
                    "at_least is more than at_most"},
        broken_case{"redis_nil",
                    redis("command: [PING]", expects + "{redis: {type: nil, equals: x}}"),
                    "nil is expected to be something"},
        broken_case{"redis_secret", redis("password: \"${secret.none}\", command: [PING]"),
                    "unknown secret"},
        broken_case{"postgres_empty_query", postgres("query: \" \""), "no statement"},
        broken_case{"postgres_rows",
                    postgres("query: x", expects + "{postgres: {rows: 1, at_most: 1}}"),
                    "both rows and a bound"},
        broken_case{"postgres_column",
                    postgres("query: x", expects + "{postgres: {values: [{column: a}]}}"),
                    "nothing is expected of the column"},
        broken_case{
            "postgres_null",
            postgres("query: x",
                     expects + "{postgres: {values: [{column: a, is_null: true, equals: x}]}}"),
            "null is expected to be something"},
        broken_case{"postgres_parameter", postgres("query: x, parameters: [\"${id}\"]"),
                    "no earlier step extracts \"id\""},
        broken_case{"two_kinds", step("http: {url: \"http://x/\"}\n    dns: {name: a}"),
                    "both http and dns"},
        broken_case{"stream_without_way",
                    step("stream: {submit: {}, read: {http: {url: \"http://x/\"}}, until: {}}"),
                    "no way is given"},
        broken_case{"stream_two_ways",
                    step("stream: {submit: {http: {url: \"http://x/\"}}, read: {http: {url: "
                         "\"http://x/\"}, redis: {address: r, command: [PING]}}, until: {}}"),
                    "both http and redis"},
        broken_case{"stream_while",
                    step("stream: {submit: {http: {url: \"http://x/\"}}, read: {redis: {address: "
                         "r, command: [PING]}}, until: {}, while: 404}"),
                    "statuses of a reading that has none"},
        broken_case{"stream_late",
                    step(stream_begin + std::string("until: {}, at_most: 1s, late_after: 2s}")),
                    "late_after is more than at_most"},
        broken_case{"stream_until", step(stream_begin + std::string("until: {dns: {}}}")),
                    "the answer of another kind"},
        broken_case{"stream_variable",
                    step("stream: {submit: {http: {url: \"http://x/${id}\"}}, read: {http: {url: "
                         "\"http://x/\"}}, until: {}}"),
                    "no earlier step extracts \"id\""},
        broken_case{"stream_poll",
                    step(stream_begin + std::string("until: {}}\n    poll: {until: {}}")),
                    "poll with a stream"},
        broken_case{"targets_none", targets("{max: 3}"), "no source of any"},
        broken_case{"targets_twice", targets("{static: [{address: \"a:1\"}, {address: \"a:1\"}]}"),
                    "a second target \"a:1\""},
        broken_case{"targets_port", targets("{static: [{address: a}]}"), "address"},
        broken_case{"targets_max", targets("{static: [{address: \"a:1\"}], max: 0}"), "max"},
        broken_case{"targets_scheme", targets("{static: [{address: \"a:1\"}], scheme: ftp}"),
                    "one of http, https"},
        broken_case{"targets_file", targets("{file_sd: [\"\"]}"), "a file without a name"},
        broken_case{"targets_service", targets("{dns_srv: [{name: a..b}]}"), "is no name"},
        broken_case{"targets_server", targets("{dns_srv: [{name: a, servers: [\"dns:53\"]}]}"),
                    "is no numeric address"},
        broken_case{"targets_ttl", targets("{dns_srv: [{name: a, min_ttl: 2s, max_ttl: 1s}]}"),
                    "min_ttl is more than max_ttl"},
        broken_case{"endpoint_without_targets", step("http: {url: \"${endpoint.base}\"}"),
                    "in a scenario without targets"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(kinds, what_is_right_is_no_problem) {
  for (const auto& text :
       {dns("type: TYPE65280, server: \"[::1]:53\", udp_size: 1232"), step("redis: {address: r}"),
        step("postgres: {url: \"postgresql://h/d\"}"),
        redis("command: [GET, \"${uuid}\"], password: \"${secret.s}\", db: 3",
              expects + "{redis: {type: string, matches: a}}"),
        postgres("query: SELECT 1", expects + "{postgres: {rows: 1}}"),
        step("stream: {submit: {http: {url: \"http://x/\"}, extract: {id: {json: /id}}}, read: "
             "{http: {url: \"http://x/${id}\"}}, until: {json: [{pointer: /id, equals: "
             "\"${id}\"}]}}"),
        targets("{static: [{address: \"a:1\", labels: {zone: b}}], file_sd: [x.json], dns_srv: "
                "[{name: _http._tcp.x}], scheme: https}")})
    EXPECT_EQ(problems_of(text), "") << text;
}

TEST(server_address, has_a_usual_port) {
  const auto read = [](const char* text) {
    const auto out = probe::server_address(text, 53);
    return out ? out->to_string() : "-";
  };
  EXPECT_EQ(read("10.0.0.1"), "10.0.0.1:53");
  EXPECT_EQ(read("dns.example:5353"), "dns.example:5353");
  EXPECT_EQ(read("[::1]"), "[::1]:53");
  EXPECT_EQ(read("[::1]:54"), "[::1]:54");
  for (const char* bad : {"", ":53", "::1", "a:b", "a:70000", "a:1:2"})
    EXPECT_EQ(read(bad), "-") << bad;
}

TEST(shown_postgres_url, has_no_credentials) {
  EXPECT_EQ(probe::shown_postgres_url("postgresql://u:p%40@h:1/d?sslmode=require&password=q"),
            "postgresql://h:1/d");
  EXPECT_EQ(probe::shown_postgres_url("postgres://h/d"), "postgresql://h/d");
  EXPECT_EQ(probe::shown_postgres_url("user=u password='a b' host=h dbname=d"), "host=h dbname=d");
}

}  // namespace
