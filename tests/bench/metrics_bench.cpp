// What an observation and an exposition cost, beside prometheus-cpp's in the same run.
#include <benchmark/benchmark.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <random>
#include <string>

#include "core/exposition.hpp"
#include "core/metrics_shard.hpp"

namespace {

constexpr std::array bounds{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1., 2.5, 5., 7.5, 10.};
constexpr core::metric_family family{"bench_seconds", "A histogram.", core::metric_type::histogram,
                                     bounds};
constexpr int series = 1000;

std::vector<double> durations() {
  std::mt19937 random(1);
  std::lognormal_distribution<double> spread(-5, 1.5);
  std::vector<double> out(4096);
  for (auto& d : out) d = spread(random);
  return out;
}

void observe_shard(benchmark::State& state) {
  core::metrics_shard shard;
  auto& cell = shard.histogram(family);
  const auto values = durations();
  std::size_t i = 0;
  for (auto _ : state) cell.observe(values[i++ & 4095]);
}
BENCHMARK(observe_shard);

void observe_prometheus_cpp(benchmark::State& state) {
  prometheus::Registry registry;
  auto& cell = prometheus::BuildHistogram()
                   .Name("bench_seconds")
                   .Register(registry)
                   .Add({}, prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()));
  const auto values = durations();
  std::size_t i = 0;
  for (auto _ : state) cell.Observe(values[i++ & 4095]);
}
BENCHMARK(observe_prometheus_cpp);

void expose_shard(benchmark::State& state) {
  core::metrics_shard shard;
  for (int i = 0; i < series; ++i)
    shard.histogram(family, {{"series", std::to_string(i)}}).observe(0.01 * i);
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(std::vector<const core::metrics_shard*>{&shard}));
  for (auto _ : state) benchmark::DoNotOptimize(all.render(core::exposition_format::text));
}
BENCHMARK(expose_shard)->Unit(benchmark::kMillisecond);

void expose_prometheus_cpp(benchmark::State& state) {
  prometheus::Registry registry;
  auto& histograms =
      prometheus::BuildHistogram().Name("bench_seconds").Help("A histogram.").Register(registry);
  for (int i = 0; i < series; ++i)
    histograms
        .Add({{"series", std::to_string(i)}},
             prometheus::Histogram::BucketBoundaries(bounds.begin(), bounds.end()))
        .Observe(0.01 * i);
  const prometheus::TextSerializer serializer;
  for (auto _ : state) benchmark::DoNotOptimize(serializer.Serialize(registry.Collect()));
}
BENCHMARK(expose_prometheus_cpp)->Unit(benchmark::kMillisecond);

}  // namespace
