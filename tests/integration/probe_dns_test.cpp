// The check `dns` against a server in process.
#include "core/dns_names.hpp"
#include "tests/integration/probe_services_fixture.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using probe::phase;

class probe_dns : public tests::with_runs {
 protected:
  probe_dns() {
    server_.set_a("a.example", {"10.1.2.3", "10.1.2.4"}, 300);
    server_.set_srv("_http._tcp.scores.example",
                    {{1, 2, 8080, "a.example"}, {3, 4, 81, "b.example"}}, 60);
    server_.set(
        "example", core::dns_soa,
        {tests::dns::name("ns.example") + tests::dns::name("root.example") + tests::dns::u32(2024) +
         tests::dns::u32(1) + tests::dns::u32(2) + tests::dns::u32(3) + tests::dns::u32(4)},
        60);
  }
  probe::run_result ask(const std::string& request, const std::string& rest = "",
                        const std::string& timeout = "20s") {
    return run_step(
        "    dns: {server: \"" + server_.where().to_string() + "\", " + request + "}\n" + rest,
        timeout);
  }

  tests::dns_server server_{worker()};
};

TEST_F(probe_dns, passes_on_an_answer_over_udp_and_tcp) {
  for (const char* transport : {"udp", "tcp"}) {
    const auto r = ask("name: a.example, transport: " + std::string(transport));
    EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
    ASSERT_EQ(r.steps.size(), 1u);
    const auto& phases = r.steps[0].phases;
    EXPECT_TRUE(phases[phase::resolve] && phases[phase::send] && phases[phase::wait] &&
                phases[phase::receive]);
    EXPECT_EQ(phases[phase::connect].has_value(), transport == std::string("tcp"));
    EXPECT_EQ(r.steps[0].peer, server_.where().to_string());
    EXPECT_EQ(r.steps[0].url, "dns:a.example");
  }
  EXPECT_EQ(server_.asked_over_udp, 1);
  EXPECT_EQ(server_.asked_over_tcp, 1);
}

TEST_F(probe_dns, without_expectations_the_rcode_must_be_noerror) {
  auto r = ask("name: missing.example");
  EXPECT_EQ(verdict_of(r), "dns rcode");
  EXPECT_EQ(detail_of(r), "the rcode is NXDOMAIN, expected NOERROR");
  r = ask("name: missing.example", "    expect: {dns: {rcode: [nxdomain]}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  server_.failing = true;
  EXPECT_EQ(verdict_of(ask("name: a.example")), "dns rcode");
}

TEST_F(probe_dns, compares_records) {
  struct row {
    const char* expected;
    const char* detail;
  };
  const row table[] = {
      {"answers: {count: 2, every: [\"\\tA\\t10[.]\"], any: [nothing, 4$], none: [\"^b\"]}", ""},
      {"answers: {count: 3}", "2 records in answers, expected 3"},
      {"answers: {at_least: 3}", "2 records in answers, expected at least 3"},
      {"answers: {at_most: 1}", "2 records in answers, expected at most 1"},
      {"answers: {every: [3$]}",
       R"(answers: "a.example.\t300\tIN\tA\t10.1.2.4" does not match 3$)"},
      {"answers: {none: [4$]}", R"(answers: "a.example.\t300\tIN\tA\t10.1.2.4" matches 4$)"},
      {"answers: {any: [5$, 6$]}", "no record in answers matches 5$ or 6$"},
      {"answers: {not_every: [4$]}", ""},
      {"answers: {not_every: [A]}", "every record in answers matches A"},
      {"authority: {any: [SOA]}", "no record in authority"},
      {"authority: {count: 0}", ""},
      {"authoritative: false", ""},
      {"authoritative: true", "the server does not answer for its own zone"},
  };
  for (const auto& one : table) {
    const auto r =
        ask("name: a.example", "    expect: {dns: {" + std::string(one.expected) + "}}\n");
    EXPECT_EQ(detail_of(r), one.detail) << one.expected;
    EXPECT_EQ(verdict_of(r), *one.detail ? "dns records" : "passed") << one.expected;
  }
}

TEST_F(probe_dns, compares_services_and_extracts_from_them) {
  const auto r = run("  - name: srv\n    dns: {server: \"" + server_.where().to_string() +
                     "\", name: _http._tcp.scores.example, type: SRV}\n"
                     "    expect: {dns: {srv: [{target: A.example., port: 8080}]}}\n"
                     "    extract: {host: {json: /answers/0/target}}\n"
                     "  - name: a\n    dns: {server: \"" +
                     server_.where().to_string() +
                     "\", name: \"${host}\"}\n    expect: {dns: {answers: {count: 2}}}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  const auto wrong = ask("name: _http._tcp.scores.example, type: SRV",
                         "    expect: {dns: {srv: [{target: a.example, port: 81}]}}\n");
  EXPECT_EQ(detail_of(wrong), "no SRV record for a.example port 81");
}

TEST_F(probe_dns, gives_records_of_any_type_as_json) {
  const auto r = ask(
      "name: example, type: soa",
      "    expect: {json: [{pointer: /answers/0/data, matches: \"^ns[.]example[.] .* 2024 \"}]}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  const auto wrong = ask("name: example, type: SOA",
                         "    expect: {json: [{pointer: /answers/0/ttl, equals: 61}]}\n");
  EXPECT_EQ(verdict_of(wrong), "dns json");
}

TEST_F(probe_dns, says_where_it_broke) {
  server_.silent = true;
  EXPECT_EQ(verdict_of(ask("name: a.example", "", "60ms")), "dns timed_out");
  server_.silent = false;
  server_.garbling = true;
  EXPECT_EQ(verdict_of(ask("name: a.example")), "edge malformed");
  const tests::refusing_port nobody(worker());
  EXPECT_EQ(verdict_of(run_step("    dns: {server: \"" + nobody.where().to_string() +
                                "\", name: a.example, transport: tcp}\n")),
            "edge refused");
  EXPECT_EQ(verdict_of(run_step("    dns: {server: nothing.invalid, name: a.example}\n")),
            "dns name_not_found");
  EXPECT_EQ(verdict_of(ask("name: a..example")), "client request");
}

TEST_F(probe_dns, a_replay_asks_the_server_at_the_address_of_then) {
  pinned_ = {{"ns.nowhere.test", "127.0.0.1"}};
  const auto r =
      run_step("    dns: {server: \"ns.nowhere.test:" + std::to_string(server_.where().port) +
               "\", name: a.example}\n");
  EXPECT_EQ(verdict_of(r), "passed") << detail_of(r);
  EXPECT_EQ(r.steps.at(0).peer, server_.where().to_string());
}

}  // namespace
