// What the limits cost a request. The bound is 40 ns for all that is configured.
#include <benchmark/benchmark.h>

#include "core/log.hpp"
#include "core/worker.hpp"
#include "sidecar/proxy/limits/admission_gate.hpp"
#include "sidecar/proxy/limits/keyed_hash.hpp"
#include "sidecar/proxy/limits/rate_limit.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace std::chrono_literals;

void gate_enter_and_leave(benchmark::State& state) {
  sidecar::admission_gate gate(100, 0);
  const core::instant now(1000s);
  for (auto _ : state) {
    benchmark::DoNotOptimize(gate.try_enter());
    gate.leave(now);
  }
}
BENCHMARK(gate_enter_and_leave);

void hash_of_a_token(benchmark::State& state) {
  const auto key = sidecar::hash_key::random();
  const std::string token(static_cast<std::size_t>(state.range(0)), 't');
  for (auto _ : state) benchmark::DoNotOptimize(sidecar::keyed_hash(key, token));
}
BENCHMARK(hash_of_a_token)->Arg(8)->Arg(40);

/// Settings of a listener without TLS.
std::unique_ptr<const sidecar::listener_settings> settings_of(
    const sidecar::inbound_config& config) {
  core::logger log("bench", core::log_level::error);
  core::worker worker(log);
  core::tls_reloader tls(worker);
  return sidecar::make_settings(config, tls);
}

void rate_limit_by_client(benchmark::State& state) {
  sidecar::inbound_config config;
  config.name = "in";
  config.protection.rates.emplace_back().rate = 1e6;
  const auto settings = settings_of(config);
  core::metrics_shard metrics;
  sidecar::rate_limit limit(metrics, *settings,
                            {metrics, *settings, settings->protection->reserve});
  core::request_head head;
  sidecar::exchange_record record;
  record.request = &head;
  record.received = core::now();
  std::uint32_t client = 0;
  for (auto _ : state) {
    record.client.address(boost::asio::ip::address_v4(++client & 0xfff));
    record.received += 1us;
    benchmark::DoNotOptimize(limit.before(record));
  }
}
BENCHMARK(rate_limit_by_client);

void rate_limit_that_is_not_configured(benchmark::State& state) {
  const auto settings = settings_of({});
  core::metrics_shard metrics;
  sidecar::rate_limit limit(metrics, *settings, {metrics, *settings, nullptr});
  sidecar::exchange_record record;
  for (auto _ : state) benchmark::DoNotOptimize(limit.before(record));
}
BENCHMARK(rate_limit_that_is_not_configured);

}  // namespace
