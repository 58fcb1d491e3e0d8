// The pure part of a proxied request: parsing, framing, routing, trace context, writing anew.
#include <benchmark/benchmark.h>

#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "sidecar/proxy/caller_context.hpp"
#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/sampling.hpp"
#include "sidecar/relay/tracing_state.hpp"

namespace {

constexpr std::string_view head =
    "GET /v1/securities/US0378331005 HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: "
    "curl/7.88.1\r\n"
    "Accept: application/json\r\nAccept-Encoding: gzip\r\nCookie: a=b; c=d\r\n"
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nConnection: "
    "keep-alive\r\n\r\n";

void parse_request_head(benchmark::State& state) {
  core::request_head out;
  for (auto _ : state) benchmark::DoNotOptimize(core::parse_request_head(head, 16384, out));
}
BENCHMARK(parse_request_head);

void judge_request_head(benchmark::State& state) {
  core::request_head out;
  for (auto _ : state) benchmark::DoNotOptimize(core::judge_request_head(head, 16384, out));
}
BENCHMARK(judge_request_head);

void frame_request(benchmark::State& state) {
  core::request_head parsed;
  core::parse_request_head(head, 16384, parsed);
  for (auto _ : state) benchmark::DoNotOptimize(core::frame_request(parsed));
}
BENCHMARK(frame_request);

void route_of(benchmark::State& state) {
  sidecar::route_table table;
  for (const char* route :
       {"/v1/securities", "/v1/messages", "/v1/messages/{id}", "/v1/securities/{isin}"})
    table.add(route, 0);
  for (auto _ : state) benchmark::DoNotOptimize(table.match(0, "/v1/securities/US0378331005"));
}
BENCHMARK(route_of);

void context_and_head(benchmark::State& state) {
  core::random_source random(1);
  sidecar::listener_settings settings;
  settings.routes.push_back({"other", std::chrono::seconds(1), {}, {}});
  core::request_head parsed;
  core::parse_request_head(head, 16384, parsed);
  core::span_sink sink("bench", "0", "i", 10, false);
  core::metrics_shard metrics;
  const sidecar::tracing_config config;
  sidecar::sampling sampling(random, metrics, sidecar::make_settings(config),
                             std::make_shared<sidecar::tracing_state>(sink, config, false));
  char memory[16384];
  for (auto _ : state) {
    sidecar::exchange_record record;
    record.listener = &settings;
    record.request = &parsed;
    sidecar::caller_context().before(record);
    sampling.before(record);
    sidecar::head_buffer out(memory);
    sidecar::write_request_head(out, record, {}, "127.0.0.1", false, false);
    benchmark::DoNotOptimize(out.text());
  }
}
BENCHMARK(context_and_head);

}  // namespace
