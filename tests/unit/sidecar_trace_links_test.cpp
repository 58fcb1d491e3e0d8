#include "sidecar/proxy/trace_links.hpp"

#include <gtest/gtest.h>

#include "core/random_source.hpp"
#include "core/tls_reloader.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/spans.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

class links_test : public ::testing::Test {
 protected:
  links_test() {
    settings.name = "scores";
    settings.routes.push_back({"other", 1s, {}, {}, 1s});
    record.listener = &settings;
    record.request = &head;
    record.received = core::now();
    record.answered = record.finished = record.received + 1ms;
    record.status = 200;
    record.caller = core::new_root(random, false);
    record.context = core::child_of(record.caller, random, false);
    state = std::make_shared<tracing_state>(sink, config, true);
  }
  inbound_trace inbound() { return {make_settings(config), state, state->flights(this)}; }
  outbound_trace outbound() { return {metrics, settings, make_settings(config), state}; }
  std::string answered() {
    record.to_client.clear();
    inbound().answering(record);
    return record.to_client;
  }
  void use_tls() {
    settings.upstream_tls = std::make_shared<core::live_tls>(core::live_tls::role::client, "out",
                                                             core::tls_files(), nullptr);
  }
  std::uint64_t counted(const char* result) {
    return metrics
        .counter({"remora_propagation_outbound_total", "", core::metric_type::counter},
                 {{"upstream", "scores"}, {"result", result}})
        .value();
  }
  core::span_sink sink{"test", "0", "i", 10, true};
  core::metrics_shard metrics;
  core::wall_clock wall;
  core::random_source random{5};
  tracing_config config;
  listener_settings settings;
  core::request_head head;
  core::response_head response;
  exchange_record record;
  std::shared_ptr<tracing_state> state;
};

constexpr const char* kept_line = "remora-trace: kept\r\n";

TEST_F(links_test, a_peer_is_told_that_a_failed_request_is_kept) {
  settings.trust = trust_level::peers;
  EXPECT_EQ(answered(), "");
  record.status = 500;
  EXPECT_EQ(answered(), kept_line);
}

TEST_F(links_test, what_was_promised_to_a_peer_is_kept) {
  settings.trust = trust_level::peers;
  record.status = 500;
  EXPECT_EQ(answered(), kept_line);
  record.status = 499;  // the caller left while the answer was written
  record.why = failure::client_closed;
  server_span(sink, wall, metrics, make_settings(config), state).after(record);
  EXPECT_EQ(sink.waiting(), 1u);
}

TEST_F(links_test, a_stranger_is_told_nothing) {
  record.status = 500;
  EXPECT_EQ(answered(), "");
}

TEST_F(links_test, a_peer_that_keeps_its_part_anyway_is_told_nothing) {
  settings.trust = trust_level::peers;
  record.status = 500;
  record.caller.flags |= core::span_context::sampled_flag;
  EXPECT_EQ(answered(), "");
  record.caller = {};
  EXPECT_EQ(answered(), "");
}

TEST_F(links_test, a_rule_in_dry_run_promises_nothing) {
  config.rules.error = rule_mode::dry_run;
  settings.trust = trust_level::peers;
  record.status = 500;
  EXPECT_EQ(answered(), "");
}

TEST_F(links_test, a_callees_word_goes_on_to_the_caller) {
  settings.trust = trust_level::peers;
  state->marks.mark(record.context.trace);
  EXPECT_EQ(answered(), kept_line);
}

TEST_F(links_test, a_callee_is_believed_over_tls_only) {
  response.fields.add({"Remora-Trace", "kept"});
  record.response = &response;
  outbound().answering(record);
  EXPECT_FALSE(state->marks.contains(record.context.trace));
  use_tls();
  outbound().answering(record);
  EXPECT_TRUE(state->marks.contains(record.context.trace));
}

TEST_F(links_test, another_word_of_a_callee_means_nothing) {
  use_tls();
  response.fields.add({"Remora-Trace", "dropped"});
  record.response = &response;
  outbound().answering(record);
  EXPECT_FALSE(state->marks.contains(record.context.trace));
}

TEST_F(links_test, a_failed_call_is_kept_and_keeps_its_request) {
  record.status = 502;
  record.answered = {};
  record.why = failure::connection_refused;
  outbound().answering(record);
  client_span(sink, wall, make_settings(config), state).after(record);
  EXPECT_EQ(sink.waiting(), 1u);

  exchange_record root;
  root.listener = &settings;
  root.request = &head;
  root.status = 200;
  root.received = root.finished = record.received;
  root.context = record.caller;
  server_span(sink, wall, metrics, make_settings(config), state).after(root);
  EXPECT_EQ(sink.waiting(), 2u);
}

TEST_F(links_test, a_failed_call_is_nothing_special_without_its_rule) {
  config.rules.error = rule_mode::dry_run;
  record.status = 502;
  outbound().answering(record);
  client_span(sink, wall, make_settings(config), state).after(record);
  EXPECT_EQ(sink.waiting(), 0u);
  EXPECT_FALSE(state->marks.contains(record.context.trace));
}

TEST_F(links_test, an_ordinary_unsampled_call_is_not_recorded) {
  outbound().answering(record);
  client_span(sink, wall, make_settings(config), state).after(record);
  EXPECT_EQ(sink.snapshot().received, 0u);
}

TEST_F(links_test, calls_without_context_count_while_a_request_is_in_flight) {
  record.caller = {};
  outbound().before(record);
  EXPECT_EQ(counted("without_context"), 0u);
  exchange_record request = record;
  auto layer = inbound();
  layer.before(request);
  outbound().before(record);
  EXPECT_EQ(counted("without_context"), 1u);
  layer.after(request);
  layer.after(request);  // once, however often it is told
  outbound().before(record);
  EXPECT_EQ(counted("without_context"), 1u);
  record.caller = core::new_root(random, false);
  outbound().before(record);
  EXPECT_EQ(counted("with_context"), 1u);
}

TEST_F(links_test, only_flagged_requests_are_looked_at) {
  auto layer = inbound();
  layer.before(record);
  EXPECT_EQ(state->roots.size(), 0u);
  record.context.flags |= core::span_context::sampled_flag;
  layer.before(record);
  EXPECT_EQ(state->roots.size(), 1u);
}

}  // namespace
