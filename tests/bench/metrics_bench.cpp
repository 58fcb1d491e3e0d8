// What an observation and an exposition cost, beside prometheus-cpp's in the same run.
#include <benchmark/benchmark.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <deque>
#include <random>
#include <string>

#include "core/exemplar_book.hpp"
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

/// A thousand series in one shard or several, rendered again and again.
class exposed {
 public:
  explicit exposed(std::size_t workers) : shards_(workers) {
    std::vector<const core::metrics_shard*> list;
    for (auto& shard : shards_) {
      list.push_back(&shard);
      for (int i = 0; i < series; ++i) fill(shard, i);
    }
    all_.add(std::make_shared<core::shard_source>(std::move(list), &book_));
  }
  core::exemplar_book& book() { return book_; }
  void run(benchmark::State& state, core::exposition_format format) const {
    std::size_t bytes = 0;
    for (auto _ : state) bytes += all_.render(format).size();
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  }
  /// Gives every series exemplars in three of its buckets.
  void publish() {
    for (auto& shard : shards_)
      for (int i = 0; i < series; ++i)
        for (const double value : {.02, .2, 2.}) {
          core::exemplar_candidate e{fill(shard, i, value), {}, {}, 1'790'000'000'123'456'789};
          e.trace.bytes.fill(0xab);
          e.span.bytes.fill(0xcd);
          book_.acknowledged({&e, 1});
        }
  }

 private:
  static core::observation fill(core::metrics_shard& shard, int i, double value = .03) {
    return shard.histogram(family, {{"series", std::to_string(i)}}).observe(value * (1 + i % 9));
  }
  std::deque<core::metrics_shard> shards_;
  core::exemplar_book book_;
  core::exposition all_;
};

void expose_shard(benchmark::State& state) {
  exposed(1).run(state, core::exposition_format::text);
}
BENCHMARK(expose_shard)->Unit(benchmark::kMillisecond);

void expose_shard_openmetrics(benchmark::State& state) {
  exposed(1).run(state, core::exposition_format::openmetrics);
}
BENCHMARK(expose_shard_openmetrics)->Unit(benchmark::kMillisecond);

void expose_shard_with_exemplars(benchmark::State& state) {
  exposed with(1);
  with.publish();
  with.run(state, core::exposition_format::openmetrics);
}
BENCHMARK(expose_shard_with_exemplars)->Unit(benchmark::kMillisecond);

void expose_four_shards(benchmark::State& state) {
  exposed(4).run(state, core::exposition_format::openmetrics);
}
BENCHMARK(expose_four_shards)->Unit(benchmark::kMillisecond);

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
