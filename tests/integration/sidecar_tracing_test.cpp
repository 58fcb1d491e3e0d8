// Decisions about traces with everything that takes part in them: proxies on loopback, an
// application that records spans and sends them through the relay, and the sink's ledger.
#include <gtest/gtest.h>

#include "core/exposition.hpp"
#include "core/http_client.hpp"
#include "core/http_server.hpp"
#include "core/otlp_encode.hpp"
#include "sidecar/proxy/proxy.hpp"
#include "sidecar/relay/otlp_splice.hpp"
#include "sidecar/relay/span_relay.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/loop.hpp"

namespace {

using namespace std::chrono_literals;

core::deadline soon() {
  return core::deadline::in(30s, core::now());
}

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

class traced : public ::testing::Test {
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

  core::address serve(core::http_handler handler) {
    servers.push_back(std::make_unique<core::http_server>(loop.worker(), std::move(handler)));
    return {"127.0.0.1", *servers.back()->listen({"127.0.0.1", 0})};
  }
  static sidecar::inbound_config inbound(core::address upstream) {
    sidecar::inbound_config out;
    out.name = "in";
    out.listen = {"127.0.0.1", 0};
    out.upstream = std::move(upstream);
    return out;
  }
  /// An application: `/fail` is answered 500, `/late` records its span when the test says so,
  /// anything else at once, if its flag is on.
  void start_with_app() {
    config.inbound.push_back(inbound(serve(core::immediate([this](const core::server_request& r) {
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
    proxy = std::make_unique<sidecar::proxy>(loop.worker(), config, sink, loop.worker().log);
    relay = std::make_unique<sidecar::span_relay>(sink, proxy->tracing());
    proxy->start();
  }
  core::http_answer ask(std::string target) {
    return *tests::run(loop, asking(loop.worker(), {"127.0.0.1", proxy->port("in")}, target));
  }
  static core::task<core::result<core::http_answer>> asking(core::worker& w, core::address to,
                                                            std::string target) {
    core::http_client client(w, {false, to, ""});
    co_return co_await client.get(target, soon());
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
  std::string metrics(sidecar::proxy& of) {
    core::exposition all;
    all.add(std::make_shared<core::shard_source>(of.shards()));
    all.add(std::make_shared<core::function_source>(
        [&of](core::exposition_writer& out) { of.tracing().write_metrics(out); }));
    return all.render(core::exposition_format::text);
  }
  void expect_metric(const std::string& line) {
    const auto text = metrics(*proxy);
    EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\nis not in\n" << text;
  }
  using names = std::vector<std::string>;

  tests::loop loop;
  core::span_sink sink{"test", "0", "i", 100'000, true};
  sidecar::sidecar_config config;
  std::vector<std::unique_ptr<core::http_server>> servers;
  std::unique_ptr<sidecar::proxy> proxy;
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
  config.inbound.push_back(inbound(serve(core::immediate([this](const core::server_request& r) {
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
    const auto upstream = serve(core::immediate([this](const core::server_request& r) {
      callee_got_mark = r.header("remora-trace").has_value();
      return core::server_response{callee_status, "text/plain", {}, ""};
    }));
    callee_config.inbound.push_back(inbound(upstream));
    callee_config.inbound[0].tls =
        sidecar::server_tls_config{scores.certificate, scores.key, ca.root()};
    callee_config.inbound[0].trust = sidecar::trust_level::peers;
    callee_config.tracing.sample_ratio = 0;
  }
  ~between_peers() override { callee.reset(); }

  void start_both() {
    callee =
        std::make_unique<sidecar::proxy>(loop.worker(), callee_config, sink, loop.worker().log);
    callee->start();
    sidecar::outbound_config out;
    out.name = "scores";
    out.listen = {"127.0.0.1", 0};
    out.upstream = {"127.0.0.1", callee->port("in")};
    out.tls =
        sidecar::client_tls_config{ca.root(), securities.certificate, securities.key, "scores"};
    config.outbound.push_back(out);
    config.inbound.push_back(
        inbound(serve([this](const core::server_request& r) -> core::task<core::server_response> {
          return call(std::string(r.header("traceparent").value_or("")));
        })));
    start();
  }
  core::task<core::server_response> call(std::string traceparent) {
    core::http_client client(loop.worker(), {false, {"127.0.0.1", proxy->port("scores")}, ""});
    core::outgoing_request onward;
    onward.target = "/scores";
    onward.headers.emplace_back("traceparent", traceparent);
    onward.headers.emplace_back("remora-trace", "kept");
    const auto answer = co_await client.send(std::move(onward), soon());
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
    core::http_client to(t.loop.worker(), {false, {"127.0.0.1", t.proxy->port("in")}, ""});
    for (int i = 0; i < 60; ++i) {
      const auto answer = co_await to.get((i + n) % 5 == 0 ? "/fail" : "/fine", soon());
      EXPECT_TRUE(answer);
      EXPECT_TRUE(t.sink.snapshot().balanced());
    }
    --running;
  };
  for (int n = 0; n < 8; ++n) loop.worker().start("client", client(*this, n, left));
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), [&] { return left == 0; })));
  // The last requests' layers may still run on the other worker.
  const auto settled = [&] {
    const auto ledger = sink.snapshot();
    return ledger.queued == sink.waiting() &&
           metrics(*proxy).find("remora_trace_spans_held 0\n") != std::string::npos;
  };
  EXPECT_TRUE(tests::run(loop, tests::holds(loop.worker(), settled)));
  const auto ledger = sink.snapshot();
  EXPECT_TRUE(ledger.balanced());
  EXPECT_GT(ledger.queued, 8u * 12 * 2 - 1);  // every failure with two spans, and the share
  EXPECT_GT(dropped(core::drop_reason::not_sampled), 0u);
}

}  // namespace
