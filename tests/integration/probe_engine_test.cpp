// The engine in real time against a server in this process: open model, account, drain, reload.
#include "probe/engine/engine.hpp"

#include <gtest/gtest.h>

#include "core/http_server.hpp"
#include "core/worker.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace std::chrono_literals;
using probe::missed_reason;
using probe::run_plan;

/// However busy the machine, nothing here is missed for that.
probe::planner::limits patient() {
  probe::planner::limits out;
  out.lag = 1min;
  return out;
}

class probe_engine : public testing::Test {
 protected:
  probe_engine()
      : server_(loop_.worker(), [this](const core::server_request& q) { return answer(q); }) {
    const auto port = server_.listen({"127.0.0.1", 0});
    setup_ = std::make_shared<probe::probe_setup>();
    setup_->constants.targets["base"] = core::base_url{false, {"127.0.0.1", *port}, ""};
  }

  core::task<core::server_response> answer(const core::server_request&) {
    if (core::now() < stall_until_) co_await core::sleep_until(loop_.worker(), stall_until_);
    co_return core::server_response{200, "application/json", {}, "{}"};
  }

  /// Faster than a file may say, so that the tests do not last.
  probe::scenario_list scenario(core::duration interval, const std::string& more = "",
                                const std::string& name = "t") {
    core::problems found;
    auto list =
        probe::parse_scenarios("t.yaml",
                               "name: " + name + "\n" + more +
                                   "\nsteps:\n  - {name: a, http: {url: \"${target.base}/\"}}\n",
                               setup_->constants, found);
    EXPECT_TRUE(found.empty()) << found.to_string();
    for (auto& s : list) {
      auto faster = std::make_shared<probe::scenario>(*s);
      faster->interval = interval;
      // What a reload compares is the text, which does not say it.
      faster->digest[0] = static_cast<std::uint8_t>(interval / 1ms);
      s = std::move(faster);
    }
    return list;
  }

  core::task<> until_done(probe::engine& e) {
    while (!e.done()) co_await core::sleep_for(loop_.worker(), 5ms);
  }
  core::task<> for_a_while(core::duration d) { co_await core::sleep_for(loop_.worker(), d); }

  tests::loop loop_;
  core::http_server server_;
  std::shared_ptr<probe::probe_setup> setup_;
  core::instant stall_until_{};
  probe::run_metrics metrics_;
};

TEST_F(probe_engine, runs_as_often_as_it_was_told) {
  run_plan plan;
  plan.iterations = 20;
  probe::engine engine(loop_.worker(), metrics_, plan, patient());
  std::vector<core::instant> intended;
  engine.on_finished([&](const probe::run_result& r) {
    EXPECT_TRUE(r.passed());
    EXPECT_GE(r.lag(), 0s);
    intended.push_back(r.intended);
  });
  engine.replace(scenario(5ms), setup_);
  loop_.run(until_done(engine));
  ASSERT_EQ(intended.size(), 20u);
  std::sort(intended.begin(), intended.end());
  for (std::size_t i = 1; i < intended.size(); ++i) EXPECT_EQ(intended[i] - intended[i - 1], 5ms);
  EXPECT_EQ(engine.ledgers().at("t").runs(), 20u);
  EXPECT_TRUE(engine.ledgers().at("t").balanced());
}

TEST_F(probe_engine, a_load_is_started_at_its_exact_places) {
  run_plan plan;
  plan.by_load = plan.once = true;
  probe::engine engine(loop_.worker(), metrics_, plan, patient());
  std::vector<core::instant> intended;
  engine.on_finished([&](const probe::run_result& r) { intended.push_back(r.intended); });
  engine.replace(scenario(1h,
                          "load:\n"
                          "  - constant: {rate: 200/s, for: 100ms}\n"
                          "  - linear: {from: 200/s, to: 0/s, for: 200ms}\n"),
                 setup_);
  EXPECT_EQ(engine.planned(), 40u);
  loop_.run(until_done(engine));
  ASSERT_EQ(intended.size(), 40u);
  std::sort(intended.begin(), intended.end());
  for (std::size_t i = 1; i <= 20; ++i) EXPECT_EQ(intended[i] - intended[i - 1], 5ms);
  EXPECT_GT(intended[39] - intended[38], 3 * 5ms) << "the ramp ends in nothing";
}

TEST_F(probe_engine, more_than_all_together_may_run_are_missed_as_exhausted) {
  run_plan plan;
  plan.iterations = 30;
  auto most = patient();
  most.running = 3;
  probe::engine engine(loop_.worker(), metrics_, plan, most);
  stall_until_ = core::now() + 250ms;
  engine.replace(scenario(5ms), setup_);
  loop_.run(until_done(engine));
  const auto ledger = engine.ledgers().at("t");
  EXPECT_GT(ledger.missed(missed_reason::exhausted), 0u);
  EXPECT_EQ(ledger.missed(missed_reason::overrun), 0u);
  EXPECT_EQ(ledger.runs() + ledger.missed(), 30u);
}

// No coordinated omission: a server that stalls once delays every run that was intended meanwhile.
TEST_F(probe_engine, a_stall_shows_in_every_run_it_delayed) {
  run_plan plan;
  plan.iterations = 40;
  probe::engine engine(loop_.worker(), metrics_, plan, patient());
  std::vector<core::duration> took;
  engine.on_finished([&](const probe::run_result& r) { took.push_back(r.took()); });
  stall_until_ = core::now() + 300ms;
  engine.replace(scenario(10ms, "max_running: 1000"), setup_);
  loop_.run(until_done(engine));
  ASSERT_EQ(took.size(), 40u);
  // Starts lie 10 ms apart, so 20 of them waited more than 100 ms.
  EXPECT_GE(std::count_if(took.begin(), took.end(), [](auto d) { return d > 100ms; }), 19);
}

TEST_F(probe_engine, what_cannot_start_is_missed_by_overrun) {
  run_plan plan;
  plan.iterations = 30;
  probe::engine engine(loop_.worker(), metrics_, plan, patient());
  stall_until_ = core::now() + 250ms;
  engine.replace(scenario(5ms, "max_running: 2"), setup_);
  loop_.run(until_done(engine));
  const auto ledger = engine.ledgers().at("t");
  EXPECT_EQ(ledger.scheduled(), 30u);
  EXPECT_GT(ledger.missed(missed_reason::overrun), 0u);
  EXPECT_EQ(ledger.runs() + ledger.missed(missed_reason::overrun), 30u);
}

TEST_F(probe_engine, a_drain_waits_for_what_runs) {
  probe::engine engine(loop_.worker(), metrics_);
  std::size_t finished = 0;
  engine.on_finished([&](const probe::run_result&) { ++finished; });
  engine.replace(scenario(20ms), setup_);
  stall_until_ = core::now() + 200ms;
  loop_.run(for_a_while(100ms));
  loop_.run(engine.drain(core::deadline::in(10s, core::now())));
  const auto ledger = engine.ledgers().at("t");
  EXPECT_GT(finished, 0u);
  EXPECT_EQ(ledger.runs(), finished);
  EXPECT_EQ(ledger.running(), 0u);
  EXPECT_EQ(ledger.missed(missed_reason::shutdown), 0u);
}

TEST_F(probe_engine, what_outlives_the_drain_is_missed_by_shutdown) {
  probe::engine engine(loop_.worker(), metrics_);
  engine.on_finished(
      [&](const probe::run_result&) { ADD_FAILURE() << "its result must not count"; });
  stall_until_ = core::now() + 60s;
  engine.replace(scenario(20ms, "step_timeout: 30s"), setup_);
  loop_.run(for_a_while(100ms));
  loop_.run(engine.drain(core::deadline::in(20ms, core::now())));
  const auto ledger = engine.ledgers().at("t");
  EXPECT_GT(ledger.missed(missed_reason::shutdown), 0u);
  EXPECT_EQ(ledger.running(), 0u);
  EXPECT_TRUE(ledger.balanced());
}

TEST_F(probe_engine, a_reload_keeps_what_did_not_change) {
  probe::engine engine(loop_.worker(), metrics_);
  std::map<std::string, int> finished;
  engine.on_finished([&](const probe::run_result& r) { ++finished[r.scenario->name]; });
  auto both = scenario(10ms, "", "stays");
  const auto goes = scenario(10ms, "", "goes");
  both.push_back(goes[0]);
  engine.replace(both, setup_);
  loop_.run(for_a_while(150ms));
  const auto before = engine.ledgers().at("stays").scheduled();
  EXPECT_GT(before, 0u);

  auto next = scenario(10ms, "", "stays");
  next.push_back(scenario(10ms, "", "comes")[0]);
  engine.replace(next, setup_);
  const int gone = finished["goes"];
  loop_.run(for_a_while(150ms));
  EXPECT_GT(engine.ledgers().at("stays").scheduled(), before);
  EXPECT_GT(finished["comes"], 0);
  EXPECT_LE(finished["goes"], gone + 2);  // those under way when it went
  EXPECT_FALSE(engine.ledgers().contains("goes"));
  loop_.run(engine.drain(core::deadline::in(10s, core::now())));
}

TEST_F(probe_engine, a_changed_scenario_begins_a_new_account) {
  probe::engine engine(loop_.worker(), metrics_);
  engine.replace(scenario(10ms), setup_);
  loop_.run(for_a_while(100ms));
  EXPECT_GT(engine.ledgers().at("t").scheduled(), 0u);
  engine.replace(scenario(1h), setup_);
  EXPECT_EQ(engine.ledgers().at("t").scheduled(), 0u);
  loop_.run(engine.drain(core::deadline::in(10s, core::now())));
}

}  // namespace
