// Targets that come and go: files that change, services in DNS, and the engine that follows.
#include "probe/discovery/discovery.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/http_server.hpp"
#include "core/tls_context.hpp"
#include "probe/engine/engine.hpp"
#include "tests/support/await.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;

class probe_discovery : public ::testing::Test {
 protected:
  core::worker& worker() { return loop_.worker(); }

  probe::scenario_list scenarios(const std::string& targets, const std::string& more = "") {
    core::problems found;
    auto out =
        probe::parse_scenarios((directory_.path() / "t.yaml").string(),
                               "name: t\ninterval: 100ms\n" + more + "targets: " + targets +
                                   "\nsteps: [{name: a, http: {url: \"${endpoint.base}/\"}}]\n",
                               {}, found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    return out;
  }
  void write(const std::string& text) {
    const auto path = directory_.path() / "targets.json";
    std::ofstream(path.string() + ".new") << text;
    std::filesystem::rename(path.string() + ".new", path);
  }
  std::set<std::string> names() {
    std::set<std::string> out;
    for (const auto& s : discovery_.list()) out.insert(s->about.name);
    return out;
  }
  bool become(const std::set<std::string>& wanted) {
    return tests::run(loop_, tests::holds(worker(), [&] { return names() == wanted; }));
  }
  std::string shown() {
    core::exposition_writer out(core::exposition_format::text);
    metrics_.write(out);
    return std::move(out).finish();
  }
  bool shows(const std::string& line) {
    const bool there = shown().find(line + "\n") != std::string::npos;
    EXPECT_TRUE(there) << line << " is not in\n" << shown();
    return there;
  }

  tests::loop loop_;
  tests::temporary_directory directory_;
  probe::discovery_metrics metrics_;
  int changes_ = 0;
  probe::discovery discovery_{worker(), metrics_, {}};
};

TEST_F(probe_discovery, what_is_written_down_is_there_at_once) {
  discovery_.follow(scenarios("{static: [{address: \"a:1\"}, {address: \"b:2\", name: second}]}"),
                    {});
  EXPECT_EQ(names(), (std::set<std::string>{"a:1", "second"}));
  shows("remora_probe_targets{scenario=\"t\",state=\"active\"} 2");
}

TEST_F(probe_discovery, a_file_is_read_again_when_it_changes) {
  write(R"([{"targets": ["a:1", "b:2"]}])");
  discovery_.follow(scenarios("{file_sd: [targets.json]}"), [this] { ++changes_; });
  EXPECT_EQ(names(), (std::set<std::string>{"a:1", "b:2"}));
  write(R"([{"targets": ["b:2", "c:3"]}])");
  EXPECT_TRUE(become({"b:2", "c:3"}));
  EXPECT_GE(changes_, 1);
}

TEST_F(probe_discovery, a_file_that_is_broken_or_gone_changes_nothing) {
  write(R"([{"targets": ["a:1"]}])");
  const std::string source = (directory_.path() / "targets.json").string();
  discovery_.follow(scenarios("{file_sd: [targets.json]}"), [this] { ++changes_; });
  write("[{");
  const std::string failed =
      "remora_probe_discovery_updates_total{source=\"" + source + "\",result=\"failed\"} ";
  const auto failures = [&](const char* count) {
    return tests::run(loop_, tests::holds(worker(), [&] {
                        return shown().find(failed + count + "\n") != std::string::npos;
                      }));
  };
  EXPECT_TRUE(failures("1")) << shown();
  EXPECT_EQ(names(), (std::set<std::string>{"a:1"}));
  std::filesystem::remove(source);
  EXPECT_TRUE(failures("2")) << shown();
  EXPECT_EQ(names(), (std::set<std::string>{"a:1"}));
  write(R"([{"targets": ["b:1"]}])");
  EXPECT_TRUE(become({"b:1"}));
}

TEST_F(probe_discovery, a_file_may_come_later) {
  discovery_.follow(scenarios("{file_sd: [targets.json]}"), [this] { ++changes_; });
  EXPECT_TRUE(names().empty());
  write(R"([{"targets": ["a:1"]}])");
  EXPECT_TRUE(become({"a:1"}));
}

TEST_F(probe_discovery, services_are_looked_up_when_their_ttl_is_over) {
  tests::dns_server dns(worker());
  dns.set_srv("_http._tcp.x.example", {{0, 1, 8080, "a.example"}}, 0);
  const std::string sources = "{dns_srv: [{name: _http._tcp.x.example, servers: [\"" +
                              dns.where().to_string() + "\"], min_ttl: 10ms}]}";
  discovery_.follow(scenarios(sources), [this] { ++changes_; });
  loop_.run(discovery_.looked_up(tests::soon()));
  EXPECT_EQ(names(), (std::set<std::string>{"a.example:8080"}));
  dns.set_srv("_http._tcp.x.example", {{0, 1, 8080, "a.example"}, {1, 2, 81, "b.example"}}, 0);
  EXPECT_TRUE(become({"a.example:8080", "b.example:81"}));
  EXPECT_GE(changes_, 2);
  const int changes = changes_;

  dns.failing = true;
  const std::string failed =
      "remora_probe_discovery_updates_total{source=\"_http._tcp.x.example\",result=\"failed\"} 0";
  EXPECT_TRUE(tests::run(
      loop_, tests::holds(worker(), [&] { return shown().find(failed) == std::string::npos; })));
  EXPECT_EQ(names().size(), 2u);
  EXPECT_EQ(changes_, changes);

  // A reload goes on with what is known, also while DNS is away.
  discovery_.follow(scenarios(sources, "description: another\n"), [this] { ++changes_; });
  EXPECT_EQ(names().size(), 2u);
}

TEST_F(probe_discovery, a_long_ttl_is_respected) {
  tests::dns_server dns(worker());
  dns.set_srv("_http._tcp.x.example", {{0, 1, 8080, "a.example"}}, 3600);
  discovery_.follow(scenarios("{dns_srv: [{name: _http._tcp.x.example, servers: [\"" +
                              dns.where().to_string() + "\"], min_ttl: 10ms, max_ttl: 1h}]}"),
                    {});
  loop_.run(discovery_.looked_up(tests::soon()));
  const int asked = dns.asked_over_udp;
  auto wait = [](core::worker& w) -> core::task<> { co_await core::sleep_for(w, 200ms); };
  loop_.run(wait(worker()));
  EXPECT_EQ(dns.asked_over_udp, asked);
}

// The whole way: each target has runs and series of its own, and one that vanishes takes them
// along.
TEST_F(probe_discovery, the_engine_follows_its_targets) {
  std::map<std::string, int> requests;
  core::http_server server(worker(), core::immediate([&](const core::server_request& q) {
                             ++requests[std::string(q.header("host").value_or(""))];
                             core::server_response out;
                             out.body = "{}";
                             return out;
                           }));
  const auto port = std::to_string(*server.listen({"127.0.0.1", 0}));
  const std::string first = "127.0.0.1:" + port, second = "localhost:" + port;
  write("[{\"targets\": [\"" + first + "\", \"" + second + "\"]}]");

  auto setup = std::make_shared<probe::probe_setup>();
  probe::run_metrics runs;
  probe::engine engine(worker(), runs);
  std::map<std::string, int> finished;
  engine.on_finished([&](const probe::run_result& r) { ++finished[r.scenario->about.name]; });
  const auto apply = [&] { engine.replace(discovery_.list(), setup); };
  discovery_.follow(scenarios("{file_sd: [targets.json]}"), apply);
  apply();
  EXPECT_TRUE(tests::run(
      loop_, tests::holds(worker(), [&] { return finished[first] > 1 && finished[second] > 1; })));
  const auto metrics = [&] {
    core::exposition_writer out(core::exposition_format::text);
    runs.write(out);
    return std::move(out).finish();
  };
  EXPECT_NE(metrics().find("remora_probe_running{scenario=\"t\",target=\"" + second + "\"}"),
            std::string::npos);
  const auto scheduled = engine.ledgers().at("t@" + first).scheduled();

  write("[{\"targets\": [\"" + first + "\"]}]");
  EXPECT_TRUE(tests::run(
      loop_, tests::holds(worker(), [&] { return metrics().find(second) == std::string::npos; })));
  // The other goes on with its account.
  EXPECT_GE(engine.ledgers().at("t@" + first).scheduled(), scheduled);
  EXPECT_FALSE(engine.ledgers().contains("t@" + second));
  loop_.run(engine.drain(tests::soon()));
  EXPECT_TRUE(engine.ledgers().at("t@" + first).balanced());
}

}  // namespace
