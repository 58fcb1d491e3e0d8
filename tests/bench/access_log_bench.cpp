// What a line of the access log costs the thread that carries the request.
#include <benchmark/benchmark.h>

#include "sidecar/access_log/access_line.hpp"
#include "sidecar/access_log/line_ring.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace std::chrono_literals;

struct usual_request {
  usual_request() {
    settings.name = "inbound";
    settings.upstream_label = "127.0.0.1:3000";
    settings.routes.push_back({"/v1/securities/{isin}", 1s, {}, {}});
    settings.routes.push_back({"other", 1s, {}, {}});
    head.method = "GET";
    head.target = "/v1/securities/DE0007164600?fields=name";
    head.fields.add({"Host", "api.example.com"});
    head.fields.add({"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101"});
    head.fields.add({"Accept", "application/json"});
    record.listener = &settings;
    record.request = &head;
    record.path = head.path();
    record.query = head.query();
    record.status = 200;
    record.client = {boost::asio::ip::make_address("192.0.2.17"), 4711};
    record.context.trace.bytes.fill(0xAB);
    record.context.span.bytes.fill(0x01);
    record.arrived = record.received = record.admitted = record.connected = core::now();
    record.forwarded = record.connected + 21us;
    record.answered = record.forwarded + 1234us;
    record.finished = record.answered + 30us;
    record.response_bytes = 140;
  }
  sidecar::listener_settings settings;
  core::request_head head;
  sidecar::exchange_record record;
};

void write_lines(benchmark::State& state, const sidecar::access_log_config& config) {
  usual_request usual;
  const core::wall_clock wall;
  sidecar::access_line line(std::make_shared<const sidecar::access_line_format>(config, "shop"),
                            wall);
  sidecar::line_ring ring(512 * 1024);
  std::size_t bytes = 0;
  for (auto _ : state) {
    usual.record.finished += 20us;
    const auto text = line.render(usual.record);
    bytes += text.size();
    ring.push(text);
    if (ring.half_full()) ring.consume(ring.waiting()[0].size() + ring.waiting()[1].size());
  }
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}

void json_line(benchmark::State& state) {
  write_lines(state, {});
}
BENCHMARK(json_line);

void template_line(benchmark::State& state) {
  sidecar::access_log_config config;
  config.format = sidecar::access_log_format::text;
  config.text =
      "%{client.address} - - [%{timestamp}] \"%{http.request.method} %{url.path}\" "
      "%{http.response.status_code} %{http.response.body.size} \"%{user_agent.original}\"";
  write_lines(state, config);
}
BENCHMARK(template_line);

}  // namespace
