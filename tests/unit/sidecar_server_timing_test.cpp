#include "sidecar/proxy/server_timing.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

exchange_record answered_record() {
  exchange_record r;
  r.received = core::instant(10s);
  r.forwarded = r.received + 1ms;
  r.answered = r.received + 21ms;
  r.context.trace.bytes.fill(1);
  return r;
}

TEST(render_server_timing, splits_the_time_between_proxy_and_application) {
  const auto r = answered_record();
  EXPECT_EQ(render_server_timing(r, r.answered, {}), "proxy;dur=1.000, app;dur=20.000");
}

TEST(render_server_timing, an_answer_of_our_own_has_no_application) {
  auto r = answered_record();
  r.answered = {};
  EXPECT_EQ(render_server_timing(r, r.received + 2ms, {}), "proxy;dur=2.000");
}

TEST(render_server_timing, lists_calls_and_what_the_application_reported) {
  auto r = answered_record();
  r.app_timing = "db;dur=3.5, cache;dur=0.4";
  EXPECT_EQ(render_server_timing(r, r.answered,
                                 {{"scores", 12ms, ""}, {"other", 1ms, "connection_refused"}}),
            "proxy;dur=1.000, app;dur=20.000, dep-scores;dur=12.000, "
            "dep-other;dur=1.000;desc=\"connection_refused\", "
            "dep-db;dur=3.5, dep-cache;dur=0.4");
}

TEST(dependency_calls, joins_calls_to_open_traces_only) {
  dependency_calls calls;
  core::trace_id known, unknown;
  known.bytes.fill(1);
  unknown.bytes.fill(2);
  calls.open(known);
  calls.add(known, {"scores", 5ms, ""});
  calls.add(unknown, {"scores", 5ms, ""});
  EXPECT_EQ(calls.close(known).size(), 1u);
  EXPECT_TRUE(calls.close(known).empty());
  EXPECT_TRUE(calls.close(unknown).empty());
}

TEST(server_timing, answers_verified_requests_only) {
  auto calls = std::make_shared<dependency_calls>();
  server_timing layer(calls, "securities");
  auto r = answered_record();
  layer.before(r);
  layer.answering(r);
  EXPECT_EQ(r.to_client, "");
  r.verified_here = true;
  r.status = 502;
  r.answered = {};
  r.why = failure::connection_refused;
  layer.before(r);
  layer.answering(r);
  EXPECT_NE(r.to_client.find("Server-Timing: proxy;dur="), std::string::npos);
  EXPECT_NE(r.to_client.find("Proxy-Status: remora-securities; error=connection_refused\r\n"),
            std::string::npos);
}

}  // namespace
