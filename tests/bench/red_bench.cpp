// What all observations of a request cost together, and finding its route: the part of the request
// path that metrics are. The bound is 60 ns for the observations and 50 ns for one of 20 routes.
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/phase_metrics.hpp"
#include "sidecar/proxy/red_metrics.hpp"
#include "sidecar/proxy/route_labels.hpp"
#include "sidecar/proxy/sli_counters.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

/// Twenty routes as an API of some size has them.
const std::vector<std::string>& twenty_routes() {
  static const std::vector<std::string> routes = [] {
    std::vector<std::string> out;
    for (const char* kind : {"securities", "scores", "issuers", "sectors", "portfolios"}) {
      const std::string base = std::string("/v1/") + kind;
      for (const char* rest : {"", "/{id}", "/{id}/history", "/{id}/history/{date}"})
        out.push_back(base + rest);
    }
    return out;
  }();
  return routes;
}

listener_settings settings_of(const std::vector<std::string>& routes) {
  listener_settings out;
  for (const auto& route : routes) {
    out.table.add(route, 0);
    out.routes.push_back({route, 1s, {100ms, 300ms}, {}});
  }
  out.routes.push_back({"other", 1s, {}, {}});
  return out;
}

/// Finished requests with spread routes and durations, as they come in turn.
std::vector<exchange_record> requests(const listener_settings& settings) {
  std::mt19937 random(1);
  std::lognormal_distribution<double> spread(-5, 1.5);
  std::vector<exchange_record> out(1024);
  core::instant at(1h);
  for (auto& r : out) {
    r.listener = &settings;
    r.route = static_cast<int>(random() % settings.routes.size());
    r.status = random() % 20 ? 200 : 404;
    r.arrived = r.received = r.admitted = r.connected = at += 100us;
    r.forwarded = r.connected + 20us;
    r.answered = r.forwarded + std::chrono::duration_cast<core::duration>(
                                   std::chrono::duration<double>(spread(random)));
    r.finished = r.answered + 30us;
    r.response_bytes = 140;
  }
  return out;
}

void observe_request(benchmark::State& state) {
  core::metrics_shard shard;
  const auto settings = settings_of(twenty_routes());
  auto records = requests(settings);
  red_metrics red(shard, settings, duration_bounds({}));
  phase_metrics phases(shard);
  std::size_t i = 0;
  for (auto _ : state) {
    auto& record = records[i++ & 1023];
    red.before(record);
    phases.after(record);
    red.after(record);
  }
}
BENCHMARK(observe_request);

void count_for_slis(benchmark::State& state) {
  core::metrics_shard shard;
  const auto settings = settings_of(twenty_routes());
  auto records = requests(settings);
  sli_counters counters(shard, settings);
  std::size_t i = 0;
  for (auto _ : state) counters.after(records[i++ & 1023]);
}
BENCHMARK(count_for_slis);

std::vector<std::string> paths() {
  std::vector<std::string> out;
  for (std::string path : twenty_routes()) {
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"{id}", "US0378331005"}, {"{date}", "2026-01-31"}})
      if (const auto at = path.find(name); at != std::string::npos)
        path.replace(at, name.size(), value);
    out.push_back(path);
  }
  return out;
}

void match_one_of_20_routes(benchmark::State& state) {
  const auto settings = settings_of(twenty_routes());
  const auto all = paths();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(settings.table.match(0, all[i++ % all.size()]));
}
BENCHMARK(match_one_of_20_routes);

void label_by_a_learned_route(benchmark::State& state) {
  const auto settings = settings_of({});
  const auto learner = std::make_shared<route_learner>(200);
  const auto all = paths();
  for (std::size_t i = 0; i < all.size(); ++i) learner->learn(0, all[i], twenty_routes()[i]);
  route_labels labels(settings, learner);
  exchange_record record;
  std::size_t i = 0;
  for (auto _ : state) {
    record.path = all[i++ % all.size()];
    labels.before(record);
    benchmark::DoNotOptimize(record.learned);
  }
}
BENCHMARK(label_by_a_learned_route);

void learn_what_is_known(benchmark::State& state) {
  route_learner learner(200);
  const auto all = paths();
  std::size_t i = 0;
  for (auto _ : state) {
    const std::size_t at = i++ % all.size();
    learner.learn(0, all[at], twenty_routes()[at]);
  }
}
BENCHMARK(learn_what_is_known);

}  // namespace
