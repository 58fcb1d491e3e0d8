// Evidence from a real Prometheus (Debian's), which scrapes counters that this test knows exactly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "core/http_server.hpp"
#include "slo/evidence/evidence_collector.hpp"
#include "slo/gate/gate.hpp"
#include "slo/rules/generator.hpp"
#include "slo/rules/rule_difference.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* program = "/usr/bin/prometheus";

slo::unix_millis wall_millis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Prometheus as a child, scraping one address every second; ended and cleaned up with the object.
class prometheus_process {
 public:
  prometheus_process(std::uint16_t port, std::uint16_t scraped) {
    std::ofstream(folder_ / "web.rules.yaml") << slo::rule_file_yaml(
        slo::generate_groups({slo::tests::example()}, slo::rule_names::remora));
    std::ofstream(folder_ / "prometheus.yaml")
        << "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
           "rule_files: [web.rules.yaml]\n"
           "scrape_configs:\n"
           "  - {job_name: web, static_configs: [{targets: ['127.0.0.1:"
        << scraped << "']}]}\n";
    server_ = {{program, "--config.file=" + (folder_ / "prometheus.yaml").string(),
                "--storage.tsdb.path=" + (folder_ / "data").string(),
                "--web.listen-address=127.0.0.1:" + std::to_string(port)},
               folder_ / "log"};
  }

 private:
  tests::temporary_directory folder_;
  tests::child_process server_;
};

/// Counters that grow when they are scraped, so that the test knows what a scrape saw: after `n`
/// scrapes there are 50n events, one in fifty of them bad; after the tenth, the process "restarts".
struct counting_target {
  static constexpr int restart_after = 10;
  int scrapes = 0;
  double started = static_cast<double>(wall_millis()) / 1000;
  std::int64_t events = 0;  ///< exposed in all lives together

  core::server_response expose() {
    ++scrapes;
    if (scrapes == restart_after + 1) started = static_cast<double>(wall_millis()) / 1000;
    const int life = scrapes > restart_after ? scrapes - restart_after : scrapes;
    events += 50;
    core::server_response out;
    out.content_type = "text/plain; version=0.0.4";
    out.body = "process_start_time_seconds " + std::to_string(started) +
               "\nrequests_total{code=\"ok\"} " + std::to_string(49 * life) +
               "\nrequests_total{code=\"failed\"} " + std::to_string(life) + "\n";
    return out;
  }
};

core::task<> wait_for_scrapes(core::worker& w, counting_target& target, int wanted) {
  const auto until = core::deadline::in(60s, core::now());
  while (target.scrapes < wanted && !until.passed(core::now())) {
    co_await core::sleep_for(w, 50ms);
  }
  // The last scrape has to be stored, and must be the last.
  co_await core::sleep_for(w, 300ms);
}

TEST(real_prometheus, every_event_is_counted_once_also_across_a_restart) {
  if (!fs::exists(program)) GTEST_SKIP() << program << " is not installed";
  tests::loop loop;
  counting_target target;
  core::http_server exporter(
      loop.worker(), core::immediate([&](const core::server_request&) { return target.expose(); }));
  const auto scraped = exporter.listen({"127.0.0.1", 0});
  ASSERT_TRUE(scraped);
  const auto begin = wall_millis() - 5000;
  const auto port = tests::free_port();
  const prometheus_process prometheus(port, *scraped);
  slo::prometheus_client client(loop.worker(), {false, {"127.0.0.1", port}, ""});
  const std::vector<slo::objective> objectives{slo::tests::example()};

  const auto body = [](core::worker& w, counting_target& t, slo::prometheus_client& c,
                       const std::vector<slo::objective>& o,
                       slo::unix_millis from) -> core::task<> {
    co_await wait_for_scrapes(w, t, counting_target::restart_after + 5);
    const auto at = wall_millis();
    const auto expected = t.events;
    const auto seen = co_await slo::collect(c, o, {false, at, at - from});
    EXPECT_TRUE(seen.has_value());
    if (!seen.has_value()) co_return;
    const auto& e = seen->front();
    EXPECT_EQ(e.problem, "");
    EXPECT_EQ(e.counts.events, expected);
    EXPECT_EQ(e.counts.bad, expected / 50);
    EXPECT_EQ(e.resets, 2);  // both series of one restart
    EXPECT_EQ(e.unknown_starts, 0);
    EXPECT_GE(e.coverage, 0.8);
    // 2 % bad of some hundred events on a 99 % objective: not enough to decide.
    EXPECT_EQ(slo::decide(o, *seen, {}).exit_code(), 2);
  };
  loop.run(body(loop.worker(), target, client, objectives, begin));
}

core::task<> load_rules(core::worker& w, slo::prometheus_client& c,
                        std::vector<slo::rule_group>& into) {
  const auto until = core::deadline::in(60s, core::now());
  for (;;) {
    auto loaded = co_await c.rules();
    const bool there = loaded.has_value() && !loaded->empty();
    if (there) into = std::move(*loaded);
    if (there || until.passed(core::now())) co_return;
    co_await core::sleep_for(w, 50ms);
  }
}

TEST(real_prometheus, says_that_it_has_loaded_what_was_generated) {
  if (!fs::exists(program)) GTEST_SKIP() << program << " is not installed";
  tests::loop loop;
  const auto port = tests::free_port();
  const prometheus_process prometheus(port, port);
  slo::prometheus_client client(loop.worker(), {false, {"127.0.0.1", port}, ""});
  std::vector<slo::rule_group> loaded;
  loop.run(load_rules(loop.worker(), client, loaded));
  auto generated = slo::generate_groups({slo::tests::example()}, slo::rule_names::remora);
  const auto found = slo::compare(loaded, generated);
  EXPECT_TRUE(found.empty()) << slo::difference_text(found);
  EXPECT_GT(found.same, 10u);
  for (auto& group : generated) {
    for (auto& r : group.rules) r.expression += " + 1";
  }
  const auto other = slo::compare(loaded, generated);
  EXPECT_EQ(other.count(slo::rule_change::kind::changed), found.same);
}

}  // namespace
