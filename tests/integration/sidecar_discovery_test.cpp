// Upstreams that are found by name: targets that come, go and fail while traffic goes on.
#include <map>

#include "tests/integration/load.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

constexpr const char* service = "_http._tcp.scores.example";
constexpr const char* thing = "/things/1";

class sidecar_discovery : public tests::proxied {
 public:
  /// An application that answers with its name; its port.
  unsigned named_app(const std::string& name) {
    return app(core::immediate([name](const core::server_request&) {
             return core::server_response{200, "text/plain", {}, name};
           }))
        .port;
  }
  void find_by_srv() {
    auto in = inbound({});
    in.upstream_srv = service;
    config.inbound.push_back(in);
    find();
  }
  void find() {
    config.dns.servers = {dns.where()};
    config.dns.timeout = 200ms;
    config.dns.min_ttl = 20ms;
    config.dns.max_ttl = 20ms;
  }
  /// Who answered how often.
  std::map<std::string, int> ask_often(int times) {
    std::map<std::string, int> out;
    for (int i = 0; i < times; ++i) {
      const auto answer = ask(thing);
      ++out[answer.status == 200 ? answer.body : std::to_string(answer.status)];
    }
    return out;
  }

  tests::dns_server dns{loop.worker()};
};

TEST_F(sidecar_discovery, requests_are_shared_by_weight) {
  dns.set_srv(service,
              {{0, 3, named_app("a"), "one.example"}, {0, 1, named_app("b"), "one.example"}}, 60);
  dns.set_a("one.example", {"127.0.0.1"}, 60);
  find_by_srv();
  config.dns.min_ttl = config.dns.max_ttl = 1h;
  start();
  const auto counts = ask_often(200);
  EXPECT_EQ(counts.size(), 2u);
  EXPECT_GT(counts.at("a"), counts.at("b"));
  EXPECT_EQ(counts.at("a") + counts.at("b"), 200);
  expect_metric(R"(remora_upstream_targets{upstream="in",state="active"} 2)");
  // Nothing was looked up by a request: the records, and the host of each.
  expect_metric(R"(remora_dns_lookups_total{result="ok"} 3)");
}

TEST_F(sidecar_discovery, targets_come_go_and_drain_under_traffic_without_a_failed_request) {
  const unsigned a = named_app("a"), b = named_app("b");
  dns.set_srv(service, {{0, 1, a, "one.example"}}, 0);
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  find_by_srv();
  start();
  tests::load load(*this);
  const auto more_answers = [&](const char* name, int more) {
    wait_until([&, wanted = load.answers[name] + more] { return load.answers[name] > wanted; });
  };
  load.start(4, tests::load::connections::kept);
  more_answers("a", 50);
  dns.set_srv(service, {{0, 1, a, "one.example"}, {0, 1, b, "one.example"}}, 0);
  more_answers("b", 50);
  await_metric(R"(remora_upstream_targets{upstream="in",state="active"} 2)");
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  await_metric(R"(remora_upstream_targets{upstream="in",state="active"} 1)");
  await_metric(R"(remora_upstream_targets{upstream="in",state="draining"} 0)");
  const int by_a = load.answers["a"];
  more_answers("b", 50);
  EXPECT_LE(load.answers["a"], by_a + 4);  // what was in flight when it went
  load.end();
  EXPECT_EQ(load.failed, 0);
}

TEST_F(sidecar_discovery, a_request_in_flight_finishes_on_a_target_that_is_gone) {
  tests::gate slow(loop.worker());
  slow.open = false;
  const unsigned a = app([&slow](const core::server_request&) -> core::task<core::server_response> {
                       const auto passed = co_await slow.pass(soon());
                       core::server_response out;
                       out.body = passed ? "slow" : "late";
                       co_return out;
                     }).port;
  const unsigned b = named_app("b");
  dns.set_srv(service, {{0, 1, a, "one.example"}}, 0);
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  find_by_srv();
  start();
  ask_later(thing);
  wait_until([&] { return slow.waiting == 1; });
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  await_metric(R"(remora_upstream_targets{upstream="in",state="draining"} 1)");
  EXPECT_EQ(ask(thing).body, "b");
  slow.open = true;
  wait_until([&] { return !answers.empty(); });
  EXPECT_EQ(answers.at(0).body, "slow");
  await_metric(R"(remora_upstream_targets{upstream="in",state="draining"} 0)");
}

TEST_F(sidecar_discovery, the_next_priority_serves_when_the_first_cannot_be_reached) {
  const tests::refusing_port dead(loop.worker()), dead_too(loop.worker());
  dns.set_srv(service,
              {{0, 1, dead.where().port, "one.example"},
               {0, 1, dead_too.where().port, "one.example"},
               {1, 1, named_app("spare"), "one.example"}},
              60);
  dns.set_a("one.example", {"127.0.0.1"}, 60);
  find_by_srv();
  config.dns.min_ttl = config.dns.max_ttl = 1h;
  start();
  const auto counts = ask_often(20);
  EXPECT_EQ(counts.at("spare"), 20);
  // Dead targets rest after their first failure, instead of being tried by every request.
  expect_metric(R"(remora_sidecar_upstream_connects_total{upstream="in",result="refused"} 2)");
}

TEST_F(sidecar_discovery, the_last_good_targets_stay_while_dns_fails) {
  dns.set_srv(service, {{0, 1, named_app("a"), "one.example"}}, 0);
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  find_by_srv();
  start();
  EXPECT_EQ(ask(thing).body, "a");
  const auto failures = [this](const char* result) {
    const std::string none = std::string("remora_dns_lookups_total{result=\"") + result + "\"} 0";
    wait_until([&] { return !has_metric(none); });
  };
  dns.failing = true;
  failures("failed");
  EXPECT_EQ(ask(thing).body, "a");
  dns.failing = false;
  dns.garbling = true;
  failures("malformed");
  EXPECT_EQ(ask(thing).body, "a");
  dns.garbling = false;
  dns.silent = true;
  failures("timed_out");
  EXPECT_EQ(ask(thing).body, "a");
  dns.silent = false;
  dns.remove(service);
  failures("not_found");
  EXPECT_EQ(ask(thing).body, "a");
  const unsigned b = named_app("b");
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  await_metric(R"(remora_upstream_targets{upstream="in",state="active"} 1)");
  std::string last;
  for (int i = 0; i < 10'000 && last != "b"; ++i) last = ask(thing).body;
  EXPECT_EQ(last, "b");
}

TEST_F(sidecar_discovery, a_name_that_never_led_anywhere_is_a_502_until_it_does) {
  find_by_srv();
  start();
  EXPECT_EQ(ask(thing).status, 502);
  expect_metric(R"(remora_dns_last_success_timestamp_seconds{name="_http._tcp.scores.example"} 0)");
  const unsigned a = named_app("a");
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  dns.set_srv(service, {{0, 1, a, "one.example"}}, 0);
  await_metric(R"(remora_upstream_targets{upstream="in",state="active"} 1)");
  EXPECT_EQ(ask(thing).body, "a");
}

TEST_F(sidecar_discovery, a_host_name_is_looked_up_again_when_its_ttl_is_over) {
  const unsigned port = named_app("a");
  dns.set_a("scores.example", {"127.0.0.2"}, 0);  // nobody is there
  config.inbound.push_back(inbound({"scores.example", static_cast<std::uint16_t>(port)}));
  find();
  start();
  EXPECT_EQ(ask(thing).status, 502);
  dns.set_a("scores.example", {"127.0.0.1"}, 0);
  std::string last;
  for (int i = 0; i < 10'000 && last != "a"; ++i) last = ask(thing).body;
  EXPECT_EQ(last, "a");
}

TEST_F(sidecar_discovery, every_worker_finds_for_itself_and_a_reload_keeps_what_was_found) {
  dns.set_srv(service, {{0, 1, named_app("a"), "one.example"}}, 60);
  dns.set_a("one.example", {"127.0.0.1"}, 60);
  find_by_srv();
  config.dns.min_ttl = config.dns.max_ttl = 1h;
  config.workers = 2;
  start();
  EXPECT_EQ(ask_often(20).at("a"), 20);
  await_metric(R"(remora_dns_lookups_total{result="ok"} 4)");
  dns.silent = true;
  auto changed = config;
  changed.inbound[0].routes[0].route = "/things/{renamed}";
  proxy->reload(changed);
  EXPECT_EQ(ask_often(20).at("a"), 20);
  expect_metric(R"(remora_dns_lookups_total{result="ok"} 4)");
}

}  // namespace
