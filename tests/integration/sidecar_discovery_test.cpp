// Upstreams that are found by name: targets that come, go and fail while traffic goes on.
#include <map>

#include "tests/integration/sidecar_fixture.hpp"
#include "tests/support/dns_server.hpp"

namespace {

using namespace std::chrono_literals;

constexpr const char* service = "_http._tcp.scores.example";

class sidecar_discovery : public tests::sidecar_fixture {
 public:
  /// An application that answers with its name; its port.
  unsigned named_app(const std::string& name) {
    return app(core::immediate([name](const core::server_request&) {
             return core::server_response{200, "text/plain", {}, name};
           }))
        .port;
  }
  /// A port that refuses connections: taken, and nobody listens.
  unsigned dead_port() {
    auto& taken = dead_ports.emplace_back(loop.worker().io.get_executor());
    taken.open(core::asio::ip::tcp::v4());
    taken.bind({core::asio::ip::address_v4::loopback(), 0});
    return taken.local_endpoint().port();
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
  static core::outgoing_request get() {
    core::outgoing_request out;
    out.target = "/things/1";
    return out;
  }
  /// Who answered how often.
  std::map<std::string, int> ask_often(int times) {
    std::map<std::string, int> out;
    for (int i = 0; i < times; ++i) {
      const auto answer = ask(get());
      ++out[answer.status == 200 ? answer.body : std::to_string(answer.status)];
    }
    return out;
  }
  /// Asks over one kept connection until it is told to stop.
  static core::task<> keep_asking(sidecar_discovery& t) {
    ++t.askers;
    core::http_client client(t.loop.worker(), {false, t.at(), ""});
    while (!t.enough) {
      const std::string target = "/things/1";
      const auto answer = co_await client.get(target, soon());
      const bool good = answer && answer->status == 200;
      if (good) ++t.answers[answer->body];
      if (!good) ++t.failed;
    }
    --t.askers;
  }
  bool metric_is(const std::string& line) {
    return comes_true([this, line] { return exposes(line); });
  }
  bool answers_more(const std::string& name, int more) {
    const int then = answers[name];
    return comes_true([this, name, then, more] { return answers[name] > then + more; });
  }

  tests::dns_server dns{loop.worker()};
  std::vector<core::tcp_acceptor> dead_ports;
  std::map<std::string, int> answers;
  int askers = 0, failed = 0;
  bool enough = false;
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
  EXPECT_TRUE(exposes(R"(remora_upstream_targets{upstream="in",state="active"} 2)"));
  // Nothing was looked up by a request: the records, and the host of each.
  EXPECT_TRUE(exposes(R"(remora_dns_lookups_total{result="ok"} 3)"));
}

TEST_F(sidecar_discovery, targets_come_go_and_drain_under_traffic_without_a_failed_request) {
  const unsigned a = named_app("a"), b = named_app("b");
  dns.set_srv(service, {{0, 1, a, "one.example"}}, 0);
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  find_by_srv();
  start();
  for (int i = 0; i < 4; ++i) loop.worker().start("load", keep_asking(*this));
  EXPECT_TRUE(answers_more("a", 50));
  dns.set_srv(service, {{0, 1, a, "one.example"}, {0, 1, b, "one.example"}}, 0);
  EXPECT_TRUE(answers_more("b", 50));
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="active"} 2)"));
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="active"} 1)"));
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="draining"} 0)"));
  const int by_a = answers["a"];
  EXPECT_TRUE(answers_more("b", 50));
  EXPECT_LE(answers["a"], by_a + 4);  // what was in flight when it went
  enough = true;
  EXPECT_TRUE(comes_true([this] { return askers == 0; }));
  EXPECT_EQ(failed, 0);
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
  std::string got;
  auto request = [](sidecar_discovery& t, std::string& out) -> core::task<> {
    const auto request = get();
    const std::shared_ptr<const core::tls_context> plain;
    const auto answer = co_await t.ask_once(request, plain);
    out = answer ? answer->body : answer.error().message();
  };
  loop.worker().start("slow request", request(*this, got));
  EXPECT_TRUE(comes_true([&] { return slow.waiting == 1; }));
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="draining"} 1)"));
  EXPECT_EQ(ask(get()).body, "b");
  slow.open = true;
  EXPECT_TRUE(comes_true([&] { return !got.empty(); }));
  EXPECT_EQ(got, "slow");
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="draining"} 0)"));
}

TEST_F(sidecar_discovery, the_next_priority_serves_when_the_first_cannot_be_reached) {
  dns.set_srv(service,
              {{0, 1, dead_port(), "one.example"},
               {0, 1, dead_port(), "one.example"},
               {1, 1, named_app("spare"), "one.example"}},
              60);
  dns.set_a("one.example", {"127.0.0.1"}, 60);
  find_by_srv();
  config.dns.min_ttl = config.dns.max_ttl = 1h;
  start();
  const auto counts = ask_often(20);
  EXPECT_EQ(counts.at("spare"), 20);
  // Dead targets rest after their first failure, instead of being tried by every request.
  EXPECT_TRUE(
      exposes(R"(remora_sidecar_upstream_connects_total{upstream="in",result="refused"} 2)"));
}

TEST_F(sidecar_discovery, the_last_good_targets_stay_while_dns_fails) {
  dns.set_srv(service, {{0, 1, named_app("a"), "one.example"}}, 0);
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  find_by_srv();
  start();
  EXPECT_EQ(ask(get()).body, "a");
  const auto failures = [this](const char* result) {
    const std::string none = std::string("remora_dns_lookups_total{result=\"") + result + "\"} 0";
    return comes_true([this, none] { return !exposes(none); });
  };
  dns.failing = true;
  EXPECT_TRUE(failures("failed"));
  EXPECT_EQ(ask(get()).body, "a");
  dns.failing = false;
  dns.garbling = true;
  EXPECT_TRUE(failures("malformed"));
  EXPECT_EQ(ask(get()).body, "a");
  dns.garbling = false;
  dns.silent = true;
  EXPECT_TRUE(failures("timed_out"));
  EXPECT_EQ(ask(get()).body, "a");
  dns.silent = false;
  dns.remove(service);
  EXPECT_TRUE(failures("not_found"));
  EXPECT_EQ(ask(get()).body, "a");
  const unsigned b = named_app("b");
  dns.set_srv(service, {{0, 1, b, "one.example"}}, 0);
  EXPECT_TRUE(comes_true(
      [this] { return exposes("remora_upstream_targets{upstream=\"in\",state=\"active\"} 1"); }));
  std::string last;
  for (int i = 0; i < 10'000 && last != "b"; ++i) last = ask(get()).body;
  EXPECT_EQ(last, "b");
}

TEST_F(sidecar_discovery, a_name_that_never_led_anywhere_is_a_502_until_it_does) {
  find_by_srv();
  start();
  EXPECT_EQ(ask(get()).status, 502);
  EXPECT_TRUE(
      exposes(R"(remora_dns_last_success_timestamp_seconds{name="_http._tcp.scores.example"} 0)"));
  const unsigned a = named_app("a");
  dns.set_a("one.example", {"127.0.0.1"}, 0);
  dns.set_srv(service, {{0, 1, a, "one.example"}}, 0);
  EXPECT_TRUE(metric_is(R"(remora_upstream_targets{upstream="in",state="active"} 1)"));
  EXPECT_EQ(ask(get()).body, "a");
}

TEST_F(sidecar_discovery, a_host_name_is_looked_up_again_when_its_ttl_is_over) {
  const unsigned port = named_app("a");
  dns.set_a("scores.example", {"127.0.0.2"}, 0);  // nobody is there
  config.inbound.push_back(inbound({"scores.example", static_cast<std::uint16_t>(port)}));
  find();
  start();
  EXPECT_EQ(ask(get()).status, 502);
  dns.set_a("scores.example", {"127.0.0.1"}, 0);
  std::string last;
  for (int i = 0; i < 10'000 && last != "a"; ++i) last = ask(get()).body;
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
  EXPECT_TRUE(metric_is(R"(remora_dns_lookups_total{result="ok"} 4)"));
  dns.silent = true;
  auto changed = config;
  changed.inbound[0].routes[0].route = "/things/{renamed}";
  proxy->reload(changed);
  EXPECT_EQ(ask_often(20).at("a"), 20);
  EXPECT_TRUE(exposes(R"(remora_dns_lookups_total{result="ok"} 4)"));
}

}  // namespace
