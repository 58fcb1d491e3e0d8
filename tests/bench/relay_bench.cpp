// What the relay does with a request of 100 spans with 10 attributes; the time is that of one span.
#include <benchmark/benchmark.h>

#include "core/gzip.hpp"
#include "core/otlp_encode.hpp"
#include "core/random_source.hpp"
#include "sidecar/relay/otlp_intake.hpp"
#include "sidecar/relay/otlp_splice.hpp"

namespace {

constexpr int spans_a_request = 100;

core::span make_span(core::random_source& random, int number) {
  core::span s;
  s.context = core::new_root(random, true);
  random.fill(s.parent.bytes);
  s.kind = core::span_kind::server;
  s.name = "GET /v1/securities/{isin}";
  s.start = 1'700'000'000'000'000'000 + random.next() % 1'000'000'000;
  s.end = s.start + random.next() % 10'000'000;
  s.attributes = {{"http.request.method", std::string("GET")},
                  {"http.route", std::string("/v1/securities/{isin}")},
                  {"url.path", "/v1/securities/US03783310" + std::to_string(number)},
                  {"url.scheme", std::string("http")},
                  {"http.response.status_code", std::int64_t{200}},
                  {"server.address", std::string("securities.example")},
                  {"server.port", std::int64_t{8080}},
                  {"client.address", "10.1.2." + std::to_string(number)},
                  {"network.protocol.version", std::string("1.1")},
                  {"user_agent.original", std::string("Mozilla/5.0 (X11; Linux x86_64)")}};
  return s;
}

const std::string& request() {
  static const std::string body = [] {
    core::random_source random(1);
    std::vector<core::span> spans;
    for (int i = 0; i < spans_a_request; ++i) spans.push_back(make_span(random, i));
    return core::encode_export_request(core::encode_resource("shop", "1", "a"), spans);
  }();
  return body;
}

void per_span(benchmark::State& state) {
  state.counters["per_span"] = benchmark::Counter(
      spans_a_request, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void visit(benchmark::State& state, sidecar::span_detail detail) {
  const auto& body = request();
  std::uint64_t valid = 0;
  const auto count = [&valid](const sidecar::span_view& s) { valid += s.valid(); };
  for (auto _ : state) benchmark::DoNotOptimize(sidecar::visit_spans(body, count, detail));
  benchmark::DoNotOptimize(valid);
  per_span(state);
}
BENCHMARK_CAPTURE(visit, ids, sidecar::span_detail::none);
BENCHMARK_CAPTURE(visit, ids_and_route, sidecar::span_detail::http_route);

void splice_attributes(benchmark::State& state) {
  const auto extra =
      core::encode_resource_attributes({{"k8s.pod.name", "p"}, {"service.name", "x"}});
  const auto all = [](const sidecar::span_view&) { return true; };
  for (auto _ : state) benchmark::DoNotOptimize(sidecar::splice(request(), all, extra));
  per_span(state);
}
BENCHMARK(splice_attributes);

void splice_every_other(benchmark::State& state) {
  for (auto _ : state) {
    bool keep = false;
    const auto every_other = [&keep](const sidecar::span_view&) { return keep = !keep; };
    benchmark::DoNotOptimize(sidecar::splice(request(), every_other));
  }
  per_span(state);
}
BENCHMARK(splice_every_other);

void intake(benchmark::State& state, bool gzip) {
  sidecar::otlp_reader reader({}, "shop");
  core::gzip_writer writer(6);
  const auto body = gzip ? writer.write(request()) : request();
  for (auto _ : state)
    benchmark::DoNotOptimize(reader.read({sidecar::otlp_encoding::protobuf, gzip}, body));
  per_span(state);
}
BENCHMARK_CAPTURE(intake, plain, false);
BENCHMARK_CAPTURE(intake, gzip, true);

void compress(benchmark::State& state) {
  core::gzip_writer writer(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(writer.write(request()));
  state.counters["ratio"] =
      static_cast<double>(writer.write(request()).size()) / static_cast<double>(request().size());
  per_span(state);
}
BENCHMARK(compress)->Arg(1)->Arg(6);

void intake_json(benchmark::State& state) {
  sidecar::otlp_reader reader({}, "shop");
  std::string span =
      R"({"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"GET",)"
      R"("kind":2,"startTimeUnixNano":"1544712660000000000",)"
      R"("endTimeUnixNano":"1544712661000000000","attributes":[)";
  for (int i = 0; i < 10; ++i)
    span += std::string(i ? "," : "") + R"({"key":"attribute.)" + std::to_string(i) +
            R"(","value":{"stringValue":"some value"}})";
  span += "]}";
  std::string body = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)";
  for (int i = 0; i < spans_a_request; ++i) body += (i ? "," : "") + span;
  body += "]}]}]}";
  for (auto _ : state)
    benchmark::DoNotOptimize(reader.read({sidecar::otlp_encoding::json, false}, body));
  per_span(state);
}
BENCHMARK(intake_json);

}  // namespace
