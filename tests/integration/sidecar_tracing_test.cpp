// Decisions about traces with everything that takes part in them: proxies on loopback, an
// application that records spans and sends them through the relay, and the sink's ledger.
#include "core/http_client.hpp"
#include "core/otlp_encode.hpp"
#include "sidecar/relay/otlp_splice.hpp"
#include "sidecar/relay/span_relay.hpp"
#include "tests/integration/proxied.hpp"
#include "tests/support/certificates.hpp"

namespace {

using namespace std::chrono_literals;
using tests::soon;

core::span_context context_of(const core::server_request& request) {
  return core::parse_traceparent(request.header("traceparent").value_or("")).value();
}

/// What an application with an SDK records of a request whose flag is on: one child span.
core::span_batch child_of(const core::span_context& parent, core::random_source& random) {
  core::span s;
  s.context = core::child_of(parent, random, true);
  s.parent = parent.span;
  s.kind = core::span_kind::server;
  s.name = "app";
  return {core::encode_export_request(core::encode_resource("app", "1", "i"), {&s, 1}), 1};
}

class traced : public tests::proxied {
 public:
  traced() {
    config.tracing.sample_ratio = 0;
    config.relay.emplace();
  }
  ~traced() override {
    relay.reset();
    proxy.reset();
    EXPECT_TRUE(sink.snapshot().balanced());
  }

  /// An application: `/fail` is answered 500, `/late` records its span when the test says so,
  /// anything else at once, if its flag is on.
  void start_with_app() {
    config.inbound.push_back(inbound(app(core::immediate([this](const core::server_request& r) {
      core::server_response out;
      out.status = r.path == "/fail" ? 500 : 200;
      out.headers.emplace_back("Remora-Trace", "kept");
      seen.push_back(context_of(r));
      if (seen.back().sampled() && r.path != "/late")
        relay->accept(child_of(seen.back(), loop.worker().random));
      return out;
    }))));
    start();
  }
  void start() {
    proxied::start();
    relay = std::make_unique<sidecar::span_relay>(sink, proxy->tracing());
  }
  /// Names of the spans that are to be exported, sorted.
  std::vector<std::string> exported() {
    const auto batch = sink.take(1000);
    std::vector<std::string> out;
    EXPECT_TRUE(sidecar::visit_spans(
        batch.body, [&](const sidecar::span_view& s) { out.emplace_back(s.name); }));
    sink.exported(batch.spans);
    std::sort(out.begin(), out.end());
    return out;
  }
  std::uint64_t dropped(core::drop_reason why) const {
    return sink.snapshot().dropped[static_cast<std::size_t>(why)];
  }
  using names = std::vector<std::string>;

  std::unique_ptr<sidecar::span_relay> relay;
  std::vector<core::span_context> seen;  // by the application
};

TEST_F(traced, an_error_is_kept_although_unsampled) {
  start_with_app();
  ask("/fine");
  ask("/fail");
  EXPECT_FALSE(seen.back().sampled());
  EXPECT_EQ(exported(), names{"GET"});
  expect_metric(R"(remora_trace_decisions_total{rule="error",decision="kept"} 1)");
  expect_metric(R"(remora_trace_decisions_total{rule="share",decision="dropped"} 1)");
}

TEST_F(traced, where_all_is_recorded_an_error_is_kept_with_the_applications_spans) {
  config.tracing.record = sidecar::record_mode::all;
  start_with_app();
  ask("/fine");
  EXPECT_TRUE(seen.back().sampled());
  EXPECT_EQ(exported(), names{});
  EXPECT_EQ(dropped(core::drop_reason::not_sampled), 1u);
  ask("/fail");
  EXPECT_EQ(exported(), (names{"GET", "app"}));
}

TEST_F(traced, late_spans_follow_the_decision) {
  config.tracing.record = sidecar::record_mode::all;
  start_with_app();
  ask("/late");
  const auto forgotten = seen.back();
  config.tracing.slow = 1ns;  // the next one is kept
  proxy->reload(config);
  ask("/late");
  EXPECT_EQ(exported(), names{"GET"});
  relay->accept(child_of(seen.back(), loop.worker().random));
  relay->accept(child_of(forgotten, loop.worker().random));
  EXPECT_EQ(exported(), names{"app"});
  EXPECT_EQ(dropped(core::drop_reason::not_sampled), 1u);
}

TEST_F(traced, more_spans_than_may_wait_are_dropped_and_booked) {
  config.tracing.record = sidecar::record_mode::all;
  config.tracing.hold.spans = 3;
  config.inbound.push_back(inbound(app(core::immediate([this](const core::server_request& r) {
    for (int i = 0; i < 5; ++i) relay->accept(child_of(context_of(r), loop.worker().random));
    EXPECT_EQ(sink.snapshot().queued, 3u);
    return core::server_response{500, "text/plain", {}, ""};
  }))));
  start();
  ask("/");
  EXPECT_EQ(exported(), (names{"GET", "app", "app", "app"}));
  EXPECT_EQ(dropped(core::drop_reason::queue_full), 2u);
  expect_metric(R"(remora_trace_spans_total{outcome="overflow"} 2)");
  expect_metric("remora_trace_spans_held 0");
}

TEST_F(traced, a_rule_in_dry_run_counts_and_keeps_nothing) {
  config.tracing.rules.error = sidecar::rule_mode::dry_run;
  start_with_app();
  ask("/fail");
  EXPECT_EQ(sink.snapshot().received, 0u);
  expect_metric(R"(remora_trace_decisions_total{rule="error",decision="would_keep"} 1)");
  expect_metric(R"(remora_trace_decisions_total{rule="error",decision="kept"} 0)");
}

TEST_F(traced, an_application_cannot_say_that_a_trace_is_kept) {
  start_with_app();
  EXPECT_EQ(ask("/fine").header("remora-trace"), std::nullopt);
}

TEST_F(traced, whether_the_application_continues_is_judged_afterwards) {
  config.tracing.sample_ratio = 1;
  start_with_app();
  ask("/fine");
  ask("/late");
  relay->accept(child_of(core::new_root(loop.worker().random, true), loop.worker().random));
  proxy->tracing().roots.sweep(core::now() + sidecar::local_roots::grace + 1s);
  expect_metric(R"(remora_propagation_requests_total{route="other",result="continued"} 1)");
  expect_metric(R"(remora_propagation_requests_total{route="other",result="no_spans"} 1)");
}

/// A caller and a callee, each an application behind a sidecar, with mutual TLS between them.
class between_peers : public traced {
 public:
  between_peers()
      : scores(ca.issue("scores", "DNS:scores")), securities(ca.issue("securities", "DNS:caller")) {
    const auto upstream = app(core::immediate([this](const core::server_request& r) {
      callee_got_mark = r.header("remora-trace").has_value();
      return core::server_response{callee_status, "text/plain", {}, ""};
    }));
    callee_config.inbound.push_back(inbound(upstream));
    callee_config.inbound[0].tls =
        sidecar::server_tls_config{scores.certificate, scores.key, ca.root()};
    callee_config.inbound[0].trust = sidecar::trust_level::peers;
    callee_config.tracing.sample_ratio = 0;
  }

  void start_both() {
    callee = started(callee_config);
    config.outbound.push_back(outbound("scores", at(*callee, "in")));
    config.outbound[0].tls =
        sidecar::client_tls_config{ca.root(), securities.certificate, securities.key, "scores"};
    config.inbound.push_back(
        inbound(app([this](const core::server_request& r) -> core::task<core::server_response> {
          return call(std::string(r.header("traceparent").value_or("")));
        })));
    start();
  }
  core::task<core::server_response> call(std::string traceparent) {
    core::outgoing_request onward;
    onward.target = "/scores";
    onward.headers.emplace_back("traceparent", traceparent);
    onward.headers.emplace_back("remora-trace", "kept");
    const auto answer = co_await send(std::move(onward), at("scores"));
    EXPECT_TRUE(answer);
    caller_got_mark = answer && answer->header("remora-trace");
    co_return core::server_response{200, "text/plain", {}, ""};
  }
  tests::certificate_authority ca;
  tests::certificate_authority::issued scores, securities;
  sidecar::sidecar_config callee_config;
  std::unique_ptr<sidecar::proxy> callee;
  int callee_status = 200;
  bool callee_got_mark = true, caller_got_mark = true;
};

TEST_F(between_peers, what_the_callee_keeps_the_caller_keeps) {
  callee_config.tracing.slow = 1ns;  // every request is slow there
  start_both();
  EXPECT_EQ(ask("/").header("remora-trace"), std::nullopt);
  EXPECT_EQ(exported(), (names{"GET", "GET", "GET"}));  // callee, call, caller
  expect_metric(R"(remora_trace_decisions_total{rule="callee",decision="kept"} 1)");
  EXPECT_FALSE(callee_got_mark);
  EXPECT_FALSE(caller_got_mark);
}

TEST_F(between_peers, what_nobody_keeps_nobody_keeps) {
  start_both();
  ask("/");
  EXPECT_EQ(sink.snapshot().received, 0u);
  expect_metric(R"(remora_propagation_outbound_total{upstream="scores",result="with_context"} 1)");
}

TEST_F(between_peers, a_failed_call_never_lacks_its_parent) {
  callee_config.tracing.rules = {};
  callee_config.tracing.rules.error = sidecar::rule_mode::off;  // the callee has nothing to say
  callee_status = 503;
  start_both();
  ask("/");
  EXPECT_EQ(exported(), (names{"GET", "GET"}));
  expect_metric(R"(remora_trace_decisions_total{rule="callee",decision="kept"} 1)");
}

TEST_F(traced, the_ledger_balances_throughout_under_load) {
  config.tracing.record = sidecar::record_mode::all;
  config.tracing.sample_ratio = 0.2;
  config.tracing.hold.spans = 20;
  config.workers = 2;
  start_with_app();
  int left = 8;
  const auto client = [](traced& t, int n, int& running) -> core::task<> {
    core::http_client to(t.loop.worker(), {false, t.at(), ""});
    for (int i = 0; i < 60; ++i) {
      const auto answer = co_await to.get((i + n) % 5 == 0 ? "/fail" : "/fine", soon());
      EXPECT_TRUE(answer);
      EXPECT_TRUE(t.sink.snapshot().balanced());
    }
    --running;
  };
  for (int n = 0; n < 8; ++n) loop.worker().start("client", client(*this, n, left));
  wait_until([&] { return left == 0; });
  // The last requests' layers may still run on the other worker.
  wait_until([&] {
    return sink.snapshot().queued == sink.waiting() && has_metric("remora_trace_spans_held 0");
  });
  const auto ledger = sink.snapshot();
  EXPECT_TRUE(ledger.balanced());
  EXPECT_GT(ledger.queued, 8u * 12 * 2 - 1);  // every failure with two spans, and the share
  EXPECT_GT(dropped(core::drop_reason::not_sampled), 0u);
}

}  // namespace
