// Faults of a drill as clients, probes and metrics see them.
#include "sidecar/proxy/fault_board.hpp"
#include "tests/integration/drill.hpp"

namespace {

using namespace std::chrono_literals;

class injected_faults : public tests::drill {
 protected:
  injected_faults() { config.allow_faults = true; }
  void set(sidecar::fault_config fault) { config.inbound[0].faults = {std::move(fault)}; }
};

TEST_F(injected_faults, every_second_request_gets_the_status) {
  sidecar::fault_config fault;
  fault.abort = 503;
  fault.every = 2;
  set(fault);
  start();
  std::string statuses;
  for (int i = 0; i < 4; ++i) statuses += std::to_string(ask("/x").status) + " ";
  EXPECT_EQ(statuses, "200 503 200 503 ");
  EXPECT_EQ(seen, "/x/x") << "an aborted request does not reach the application";
  expect_metric(R"(remora_faults_injected_total{listener="in",route="other",kind="abort"} 2)");
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="bad"} 2)");
}

TEST_F(injected_faults, a_reset_looks_like_the_applications) {
  sidecar::fault_config fault;
  fault.reset = true;
  fault.count = 1;
  set(fault);
  start();
  const auto answer = ask("/x", signature());
  EXPECT_EQ(answer.status, 502);
  EXPECT_EQ(answer.header("proxy-status"), "remora-unknown_service; error=connection_terminated");
  EXPECT_EQ(ask("/x").status, 200) << "it was to happen once";
}

TEST_F(injected_faults, a_delay_is_the_applications_time) {
  sidecar::fault_config fault;
  fault.delay = 40ms;
  set(fault);
  start();
  const auto answer = ask("/x", signature());
  EXPECT_EQ(answer.status, 200);
  const std::string timing(answer.header("server-timing").value_or(""));
  const auto app = timing.find("app;dur=");
  ASSERT_NE(app, std::string::npos) << timing;
  EXPECT_GE(std::stod(timing.substr(app + 8)), 40.0) << timing;
  expect_metric(R"(remora_faults_injected_total{listener="in",route="other",kind="delay"} 1)");
}

TEST_F(injected_faults, a_delay_beyond_the_timeout_is_a_timeout) {
  sidecar::fault_config fault;
  fault.delay = 1h;
  set(fault);
  config.inbound[0].timeout = 50ms;
  start();
  EXPECT_EQ(ask("/x").status, 504);
  EXPECT_EQ(seen, "");
}

TEST_F(injected_faults, are_seen_behind_the_limits_as_the_application) {
  sidecar::fault_config fault;
  fault.delay = 3s;
  fault.count = 1;
  set(fault);
  config.inbound[0].protection.concurrency = sidecar::concurrency_config{1, {}, true};
  start();
  ask_later("/slow");
  await_metric(R"(remora_faults_injected_total{listener="in",route="other",kind="delay"} 1)");
  EXPECT_EQ(ask("/second").header("remora-refused"), "concurrency")
      << "what is delayed takes a place";
}

TEST_F(injected_faults, change_at_run_time_and_a_reload_brings_back_the_files) {
  start();
  EXPECT_EQ(ask("/x").status, 200);
  sidecar::fault_config fault;
  fault.abort = 418;
  ASSERT_EQ(proxy->boards().size(), 1u);
  proxy->boards()[0]->set({fault});
  EXPECT_EQ(ask("/x").status, 418);
  proxy->reload(config);
  EXPECT_EQ(ask("/x").status, 200);
}

TEST_F(injected_faults, do_not_exist_in_a_process_without_the_flag) {
  sidecar::fault_config fault;
  fault.abort = 500;
  set(fault);
  config.allow_faults = false;
  start();
  EXPECT_TRUE(proxy->boards().empty());
  EXPECT_EQ(ask("/x").status, 200);
  EXPECT_EQ(metrics().find("remora_faults"), std::string::npos);
}

}  // namespace
