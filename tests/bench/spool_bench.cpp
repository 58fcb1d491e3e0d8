// What the spool costs a batch of 512 spans: the page cache's part, without the waits of a disk.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "core/log.hpp"
#include "core/otlp_encode.hpp"
#include "core/spool.hpp"

namespace {

core::span_batch a_batch() {
  core::span s;
  s.context.trace.bytes.fill(1);
  s.context.span.bytes.fill(2);
  s.name = "GET /things/{id}";
  for (const char* key : {"http.request.method", "http.route", "url.path", "url.scheme"})
    s.attributes.push_back({key, std::string("a value of an attribute")});
  const std::vector<core::span> list(512, s);
  return {core::encode_export_request("", list), list.size()};
}

class directory {
 public:
  directory() {
    char name[] = "/tmp/remora-spool-XXXXXX";
    config.directory = mkdtemp(name);
  }
  ~directory() { std::filesystem::remove_all(config.directory); }
  core::spool_config config;
  core::logger log{"bench", core::log_level::error};
};

void spool_append(benchmark::State& state) {
  directory at;
  core::spool disk(at.config, 1, at.log);
  const auto batch = a_batch();
  for (auto _ : state) benchmark::DoNotOptimize(disk.append(batch, 1));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * batch.body.size()));
}
BENCHMARK(spool_append)->Unit(benchmark::kMicrosecond)->Iterations(1000);

void spool_lend_and_acknowledge(benchmark::State& state) {
  directory at;
  core::spool disk(at.config, 1, at.log);
  const auto batch = a_batch();
  for (int i = 0; i < 1000; ++i) disk.append(batch, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(disk.lend(512, 1));
    disk.acknowledge();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * batch.body.size()));
}
BENCHMARK(spool_lend_and_acknowledge)->Unit(benchmark::kMicrosecond)->Iterations(1000);

void spool_recover(benchmark::State& state) {
  directory at;
  const auto batch = a_batch();
  {
    core::spool disk(at.config, 1, at.log);
    for (int i = 0; i < 1000; ++i) disk.append(batch, 1);
  }
  for (auto _ : state) benchmark::DoNotOptimize(core::spool(at.config, 1, at.log).recovered());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * 1000 * batch.body.size()));
}
BENCHMARK(spool_recover)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
