// The data plane on loopback: what reaches the upstream, what reaches the client, and what the
// metrics say about it. Upstreams are servers in process, well-behaved or scripted.
#include "core/http_client.hpp"
#include "core/tls_context.hpp"
#include "tests/integration/proxied.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/support/scripted_server.hpp"

namespace {

using namespace std::chrono_literals;
using tests::echo;
using tests::proxied;
using tests::scripted_server;
using tests::soon;

TEST_F(proxied, a_request_passes_and_is_counted) {
  config.inbound.push_back(inbound(app()));
  start();
  const auto answer = ask({"POST", "/things/7?x=y", {{"X-Kept", "1"}}, "payload"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("POST /things/7 payload"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("X-Kept: 1"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Forwarded-For: 127.0.0.1"), std::string::npos);
  EXPECT_NE(answer.body.find("traceparent: 00-"), std::string::npos);
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="good"} 1)");
  expect_metric(
      R"(remora_sli_fast_requests_total{route="/things/{id}",synthetic="false",threshold="10"} 1)");
  expect_metric(
      R"(http_server_request_duration_seconds_count{http_request_method="POST",http_route="/things/{id}",http_response_status_code="200",url_scheme="http",synthetic="false"} 1)");
}

TEST_F(proxied, where_the_time_went_and_how_much_was_sent_is_counted) {
  config.inbound.push_back(inbound(app()));
  start();
  ask({"POST", "/things/7", {}, "payload"});
  for (const char* phase : {"head", "queue", "connect", "send", "app", "write"})
    expect_metric(std::string(R"(remora_sidecar_phase_seconds_count{phase=")") + phase + R"("} 1)");
  expect_metric("remora_sidecar_overhead_seconds_count 1");
  expect_metric(
      R"(http_server_request_body_size_bytes_sum{http_request_method="POST",http_route="/things/{id}",http_response_status_code="200",url_scheme="http",synthetic="false"} 7)");
}

TEST_F(proxied, learned_routes_label_later_requests_and_no_sli) {
  config.inbound.push_back(inbound(app()));
  start();
  ask("/learned/7");
  proxy->learner().learn(sidecar::method_index("GET"), "/learned/7", "/learned/:id");
  ask("/learned/8");
  const auto counted = [](const std::string& route) {
    return R"(http_server_request_duration_seconds_count{http_request_method="GET",http_route=")" +
           route + R"(",http_response_status_code="200",url_scheme="http",synthetic="false"} 1)";
  };
  expect_metric(counted("other"));
  expect_metric(counted("/learned/{id}"));
  expect_metric(R"(remora_sli_requests_total{route="other",synthetic="false",result="good"} 2)");
  EXPECT_EQ(metrics().find(R"(remora_sli_requests_total{route="/learned)"), std::string::npos);
}

TEST_F(proxied, what_was_learned_survives_a_reload_and_can_be_switched_off_by_one) {
  config.inbound.push_back(inbound(app()));
  start();
  config.inbound[0].listen.port = 0;
  proxy->learner().learn(sidecar::method_index("GET"), "/learned/7", "/learned/{id}");
  proxy->reload(config);
  ask("/learned/7");
  config.metrics.learn_routes = false;
  proxy->reload(config);
  ask("/learned/7");
  for (const char* route : {"/learned/{id}", "other"})
    expect_metric(
        R"(http_server_request_duration_seconds_count{http_request_method="GET",http_route=")" +
        std::string(route) +
        R"(",http_response_status_code="200",url_scheme="http",synthetic="false"} 1)");
}

TEST_F(proxied, bounds_of_histograms_are_configured_once) {
  config.inbound.push_back(inbound(app()));
  config.metrics.duration_bounds = {200ms};
  start();
  ask("/things/7");
  EXPECT_NE(metrics().find(R"(le="0.2"})"), std::string::npos);
  config.metrics.duration_bounds = {300ms};
  EXPECT_THROW(proxy->reload(config), std::runtime_error);
}

TEST_F(proxied, series_beyond_the_limit_are_counted_together) {
  int status = 200;
  config.inbound.push_back(inbound(app(core::immediate([&](const core::server_request&) {
    return core::server_response{status++, "text/plain", {}, ""};
  }))));
  config.metrics.series_limit = 10;
  start();
  for (int i = 0; i < 15; ++i) {
    if (status == 204 || status == 205) status = 206;  // bodies are another matter
    ask("/things/7");
  }
  expect_metric(R"(http_server_request_duration_seconds_count{otel_metric_overflow="true"} 5)");
  EXPECT_EQ(metrics().find(R"(remora_sli_requests_total{otel_metric_overflow)"), std::string::npos);
}

TEST_F(proxied, stale_answers_are_good_and_counted_for_a_quality_sli) {
  config.inbound.push_back(inbound(app(core::immediate([](const core::server_request& r) {
    core::server_response out{200, "text/plain", {}, "old"};
    if (r.path == "/things/old") out.headers.emplace_back("Cache-Status", "app; hit; ttl=-5");
    return out;
  }))));
  start();
  ask("/things/old");
  ask("/things/new");
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="good"} 2)");
  expect_metric(R"(remora_sli_stale_requests_total{route="/things/{id}",synthetic="false"} 1)");
}

TEST_F(proxied, client_and_upstream_connections_are_kept) {
  config.inbound.push_back(inbound(app()));
  start();
  auto body = [](proxied& t) -> core::task<> {
    core::http_client client(t.loop.worker(), {false, t.at(), ""});
    for (int i = 0; i < 5; ++i) EXPECT_EQ((co_await client.get("/things/1", soon()))->status, 200);
  };
  loop.run(body(*this));
  EXPECT_EQ(servers[0]->connections(), 1u);
  expect_metric(R"(remora_sidecar_upstream_reused_total{upstream="in"} 4)");
  expect_metric(R"(remora_sidecar_upstream_connects_total{upstream="in",result="ok"} 1)");
}

TEST_F(proxied, large_bodies_stream_both_ways) {
  config.inbound.push_back(
      inbound(app([](const core::server_request& r) -> core::task<core::server_response> {
        core::server_response out;
        out.body = std::string(r.body);
        co_return out;
      })));
  start();
  std::string big;
  for (int i = 0; big.size() < 900'000; ++i) big += std::to_string(i) + ",";
  EXPECT_EQ(ask({"POST", "/things/1", {}, big}).body, big);
}

TEST_F(proxied, chunked_requests_and_answers_stay_chunked) {
  scripted_server peer(loop.worker(),
                       {{.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                                   "chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n"}});
  config.inbound.push_back(inbound(peer.where()));
  start();
  const auto text = raw("GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(text.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("5\r\nhello\r\n0\r\nT: x\r\n\r\n"), std::string::npos) << text;
  const auto old = raw("GET /things/1 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.find("chunked"), std::string::npos) << old;
  EXPECT_TRUE(old.ends_with("\r\n\r\nhello")) << old;
}

TEST_F(proxied, pipelined_requests_are_answered_in_order) {
  config.inbound.push_back(inbound(app()));
  start();
  const auto text =
      raw("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /things/2 HTTP/1.1\r\nHost: "
          "x\r\nContent-Length: 2\r\n\r\nhi"
          "GET /things/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto one = text.find("GET /things/1"), two = text.find("POST /things/2 hi"),
             three = text.find("GET /things/3");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos) << text;
}

TEST_F(proxied, a_client_that_waits_for_100_gets_it) {
  config.inbound.push_back(inbound(app()));
  start();
  std::string text;
  as_client([&](core::byte_stream& s) -> core::task<> {
    co_await s.write(
        "POST /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: "
        "100-continue\r\nContent-Length: 2\r\n\r\n");
    const auto interim = co_await tests::read_until(s, "\r\n\r\n");
    EXPECT_TRUE(interim.starts_with("HTTP/1.1 100 ")) << interim;
    co_await s.write("hi");
    text = co_await tests::read_all(s);
  });
  EXPECT_NE(text.find("POST /things/1 hi"), std::string::npos) << text;
}

TEST_F(proxied, smuggling_shapes_are_refused_and_never_forwarded) {
  scripted_server peer(loop.worker(), {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}});
  config.inbound.push_back(inbound(peer.where()));
  start();
  for (const char* bad :
       {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx",
        "GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
    const auto text = raw(bad);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 400 ")) << bad << "\n" << text;
  }
  EXPECT_EQ(peer.connections(), 0);
  expect_metric(R"(remora_sidecar_refused_total{reason="length_and_transfer_encoding"} 1)");
}

struct broken_upstream {
  const char* name;
  scripted_server::act act;
  int status;
  const char* error;
};
void PrintTo(const broken_upstream& row, std::ostream* out) {
  *out << row.name;
}
class broken_upstreams : public proxied, public ::testing::WithParamInterface<broken_upstream> {};

TEST_P(broken_upstreams, are_answered_for_and_named) {
  scripted_server peer(loop.worker(), {GetParam().act});
  config.inbound.push_back(inbound(peer.where()));
  config.inbound[0].routes[0].timeout = GetParam().act.never ? 100ms : 20s;
  start();
  const auto answer = ask("/things/1", signature());
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.header("proxy-status"),
            "remora-unknown_service; error=" + std::string(GetParam().error));
  EXPECT_TRUE(answer.header("server-timing"));
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="true",result="bad"} 1)");
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="bad"} 0)");
}

INSTANTIATE_TEST_SUITE_P(
    sidecar, broken_upstreams,
    ::testing::Values(
        broken_upstream{"closes_at_once", {.close_at_once = true}, 502, "connection_terminated"},
        broken_upstream{"never_answers", {.never = true}, 504, "http_response_timeout"},
        broken_upstream{
            "speaks_no_http", {.answer = "220 mail ready\r\n\r\n"}, 502, "http_protocol_error"},
        broken_upstream{
            "half_a_head", {.answer = "HTTP/1.1 200 OK\r\nConte"}, 502, "connection_terminated"},
        broken_upstream{
            "two_lengths",
            {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"},
            502,
            "http_protocol_error"}),
    [](const auto& row) { return row.param.name; });

TEST_F(proxied, a_dead_upstream_is_a_502) {
  const tests::refusing_port nobody(loop.worker());
  config.inbound.push_back(inbound(nobody.where()));
  start();
  EXPECT_EQ(ask("/things/1").status, 502);
  expect_metric(R"(remora_sidecar_upstream_connects_total{upstream="in",result="refused"} 1)");
}

TEST_F(proxied, a_body_that_ends_early_is_bad_and_closes_the_client) {
  scripted_server peer(loop.worker(),
                       {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart"}});
  config.inbound.push_back(inbound(peer.where()));
  start();
  const auto text = raw("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(text.ends_with("part")) << text;
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="bad"} 1)");
}

TEST_F(proxied, a_stale_pooled_connection_is_retried_for_idempotent_requests) {
  scripted_server peer(loop.worker(),
                       {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}});
  config.inbound.push_back(inbound(peer.where()));
  start();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask("/things/1").body, "ok");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask({"POST", "/things/1", {}, ""}).body, "ok");
  EXPECT_EQ(peer.connections(), 8);
}

TEST_F(proxied, the_callers_trace_goes_on) {
  config.inbound.push_back(inbound(app()));
  config.tracing.sample_ratio = 1;
  start();
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto answer = ask("/things/1", {{"traceparent", "00-" + trace + "-b7ad6b7169203331-00"},
                                        {"tracestate", "vendor=1"}});
  EXPECT_NE(answer.body.find("traceparent: 00-" + trace + "-"), std::string::npos);
  EXPECT_EQ(answer.body.find("b7ad6b7169203331"), std::string::npos);
  EXPECT_NE(answer.body.find("tracestate: vendor=1"), std::string::npos);
  EXPECT_EQ(sink.snapshot().received, 1u);
}

TEST_F(proxied, two_sidecars_carry_the_mark_of_a_probe_over_mutual_tls) {
  tests::certificate_authority ca;
  const auto scores = ca.issue("scores", "DNS:scores,URI:spiffe://remora/scores");
  const auto securities = ca.issue("securities", "DNS:securities,URI:spiffe://remora/securities");
  auto callee = inbound(app());
  callee.name = "scores-in";
  callee.tls = sidecar::server_tls_config{scores.certificate, scores.key, ca.root()};
  callee.trust = sidecar::trust_level::peers;
  config.inbound.push_back(callee);
  start();

  sidecar::sidecar_config caller_config;
  caller_config.service = "securities";
  caller_config.outbound.push_back(outbound("scores", at("scores-in")));
  caller_config.outbound[0].tls =
      sidecar::client_tls_config{ca.root(), securities.certificate, securities.key, "scores"};
  const auto caller = started(caller_config);
  const auto answer =
      ask({"GET",
           "/things/1",
           {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
            {"tracestate", "remora=synthetic"}},
           ""},
          at(*caller, "scores"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("tracestate: remora=synthetic"), std::string::npos) << answer.body;
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="true",result="good"} 1)");
  EXPECT_EQ(sink.snapshot().received, 2u);  // a client span and a server span, both kept
}

TEST_F(proxied, strangers_may_not_reach_a_listener_for_peers) {
  tests::certificate_authority ca;
  const auto scores = ca.issue("scores", "DNS:scores");
  config.inbound.push_back(inbound(app()));
  config.inbound[0].tls = sidecar::server_tls_config{scores.certificate, scores.key, ca.root()};
  start();
  tls = core::tls_context::client({"", "", ca.root()});
  EXPECT_FALSE(tests::run(loop, send({"GET", "/things/1", {}, ""}, at())));
}

TEST_F(proxied, drain_finishes_requests_and_refuses_new_connections) {
  tests::gate door(loop.worker());
  door.open = false;
  config.inbound.push_back(
      inbound(app([&door](const core::server_request& r) -> core::task<core::server_response> {
        const auto passed = co_await door.pass(soon());
        EXPECT_TRUE(passed);
        co_return echo(r);
      })));
  start();
  ask_later("/things/1");
  await_metric(R"(http_server_active_requests{http_request_method="GET",url_scheme="http"} 1)");
  bool drained = false;
  auto drain = [](proxied& t, bool& done) -> core::task<> {
    co_await t.proxy->drain(soon());
    done = true;
  };
  loop.worker().start("drain", drain(*this, drained));
  auto late = tests::run(loop, connect());
  for (const auto until = soon(); late.stream && !until.passed(core::now());)
    late = tests::run(loop, connect());
  EXPECT_EQ(late.error, core::errc::refused);
  EXPECT_FALSE(drained);
  door.open = true;
  wait_until([&] { return drained && !answers.empty(); });
  EXPECT_EQ(answers.at(0).status, 200);
  EXPECT_EQ(answers.at(0).header("connection"), "close");
}

TEST_F(proxied, several_workers_share_a_port_and_their_metrics_are_summed) {
  scripted_server peer(loop.worker(), {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                                        .answers = 1000}});
  config.inbound.push_back(inbound(peer.where()));
  config.workers = 2;
  start();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("/things/1").body, "ok");
  await_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="good"} 20)");
}

TEST_F(proxied, a_reload_changes_routes_and_upstreams_for_new_requests) {
  config.inbound.push_back(inbound(app()));
  start();
  EXPECT_EQ(ask("/things/1").status, 200);
  auto changed = config;
  changed.inbound[0].upstream = app(core::immediate([](const core::server_request&) {
    return core::server_response{418, "text/plain", {}, "the other one"};
  }));
  changed.inbound[0].routes[0].route = "/things/{renamed}";
  changed.inbound[0].routes[0].results = {{"4xx", sidecar::sli_result::bad}};
  proxy->reload(changed);
  EXPECT_EQ(ask("/things/1").body, "the other one");
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{renamed}",synthetic="false",result="bad"} 1)");
  expect_metric(
      R"(remora_sli_requests_total{route="/things/{id}",synthetic="false",result="good"} 1)");
}

TEST_F(proxied, a_reload_that_needs_a_restart_changes_nothing) {
  config.inbound.push_back(inbound(app()));
  start();
  auto changed = config;
  changed.inbound[0].name = "another";
  EXPECT_THROW(proxy->reload(changed), std::runtime_error);
  changed = config;
  changed.workers = 3;
  EXPECT_THROW(proxy->reload(changed), std::runtime_error);
  EXPECT_EQ(ask("/things/1").status, 200);
}

}  // namespace
