#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "core/exposition.hpp"

namespace {

using core::exposition_format;
using core::exposition_writer;
using core::metric_family;
using core::metric_type;
using core::metrics_shard;

constexpr double bounds[] = {0.1, 1};
constexpr metric_family requests{"requests_total", "Requests.", metric_type::counter};
constexpr metric_family active{"active", "Active.", metric_type::gauge};
constexpr metric_family durations{"duration_seconds", "Time.", metric_type::histogram, bounds};

std::string render(const core::metric_source& source) {
  exposition_writer out(exposition_format::text);
  source.write(out);
  return std::move(out).finish();
}

/// The value of a sample; NaN when there is no such line.
double sample(const std::string& text, const std::string& series) {
  const auto at = ("\n" + text).find("\n" + series + " ");
  return at == std::string::npos ? std::nan("") : std::stod(text.substr(at + series.size() + 1));
}

TEST(shard_source, one_shard_in_order_of_resolution) {
  metrics_shard shard;
  shard.gauge(active).set(2);
  shard.counter(requests, {{"route", "/b"}}).add(5);
  shard.counter(requests, {{"route", "/a"}});
  shard.histogram(durations).observe(0.5);
  EXPECT_EQ(render(core::shard_source({&shard})),
            "# HELP active Active.\n"
            "# TYPE active gauge\n"
            "active 2\n"
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"/b\"} 5\n"
            "requests_total{route=\"/a\"} 0\n"
            "# HELP duration_seconds Time.\n"
            "# TYPE duration_seconds histogram\n"
            "duration_seconds_bucket{le=\"0.1\"} 0\n"
            "duration_seconds_bucket{le=\"1.0\"} 1\n"
            "duration_seconds_bucket{le=\"+Inf\"} 1\n"
            "duration_seconds_sum 0.5\n"
            "duration_seconds_count 1\n");
}

TEST(shard_source, equal_series_of_several_shards_are_summed) {
  metrics_shard a, b, c;
  a.counter(requests, {{"route", "/x"}}).add(1);
  b.gauge(active).set(3);
  b.counter(requests, {{"route", "/y"}}).add(10);
  b.counter(requests, {{"route", "/x"}}).add(2);
  c.gauge(active).set(4);
  a.histogram(durations).observe(0.05);
  c.histogram(durations).observe(5);
  EXPECT_EQ(render(core::shard_source({&a, &b, &c})),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"/x\"} 3\n"
            "requests_total{route=\"/y\"} 10\n"
            "# HELP duration_seconds Time.\n"
            "# TYPE duration_seconds histogram\n"
            "duration_seconds_bucket{le=\"0.1\"} 1\n"
            "duration_seconds_bucket{le=\"1.0\"} 1\n"
            "duration_seconds_bucket{le=\"+Inf\"} 2\n"
            "duration_seconds_sum 5.05\n"
            "duration_seconds_count 2\n"
            "# HELP active Active.\n"
            "# TYPE active gauge\n"
            "active 7\n");
}

TEST(shard_source, several_shards_and_one_say_the_same) {
  metrics_shard full, empty;
  full.counter(requests, {{"route", "/x"}}).add(1);
  full.histogram(durations, {{"route", "/x"}}).observe(0.05);
  full.gauge(active).set(1.5);
  EXPECT_EQ(render(core::shard_source({&full})), render(core::shard_source({&full, &empty})));
  EXPECT_EQ(render(core::shard_source({})), "");
}

TEST(shard_source, a_scrape_runs_beside_a_worker_that_writes_and_resolves) {
  metrics_shard shard;
  std::thread worker([&shard] {
    for (int i = 0; i < 2000; ++i) {
      shard.counter(requests, {{"route", std::to_string(i % 200)}}).add();
      shard.histogram(durations).observe(0.5);
    }
  });
  const core::shard_source source({&shard});
  for (int i = 0; i < 20; ++i) render(source);
  worker.join();
  EXPECT_EQ(sample(render(source), "requests_total{route=\"7\"}"), 10);
  EXPECT_EQ(sample(render(source), "duration_seconds_count"), 2000);
}

TEST(registry_source, writes_every_type_of_the_library) {
  auto registry = std::make_shared<prometheus::Registry>();
  auto& counters = prometheus::BuildCounter().Name("c_total").Help("C.").Register(*registry);
  counters.Add({{"a", "\""}}).Increment(2);
  prometheus::BuildGauge().Name("g").Help("G.").Register(*registry).Add({}).Set(1.5);
  auto& histogram = prometheus::BuildHistogram().Name("h").Help("H.").Register(*registry).Add(
      {{"x", "y"}}, prometheus::Histogram::BucketBoundaries{1, 2});
  histogram.Observe(0.5);
  histogram.Observe(1.5);
  histogram.Observe(3);
  auto& summary = prometheus::BuildSummary().Name("s").Help("S.").Register(*registry).Add(
      {}, prometheus::Summary::Quantiles{{0.5, 0.05}, {1.0, 0.01}});
  summary.Observe(4);
  const std::string text = render(core::registry_source(registry));
  EXPECT_EQ(sample(text, R"(c_total{a="\""})"), 2);
  EXPECT_EQ(sample(text, "g"), 1.5);
  EXPECT_EQ(sample(text, R"(h_bucket{x="y",le="1.0"})"), 1);
  EXPECT_EQ(sample(text, R"(h_bucket{x="y",le="2.0"})"), 2);
  EXPECT_EQ(sample(text, R"(h_bucket{x="y",le="+Inf"})"), 3);
  EXPECT_EQ(sample(text, R"(h_sum{x="y"})"), 5);
  EXPECT_EQ(sample(text, R"(h_count{x="y"})"), 3);
  EXPECT_EQ(sample(text, R"(s{quantile="0.5"})"), 4);
  EXPECT_EQ(sample(text, R"(s{quantile="1.0"})"), 4);
  EXPECT_EQ(sample(text, "s_count"), 1);
  EXPECT_NE(text.find("# TYPE s summary\n"), std::string::npos);
}

TEST(process_source, tells_what_the_kernel_tells) {
  const core::process_source source("remora-test", "1.2.3");
  const std::string text = render(source);
  EXPECT_EQ(sample(text, R"(remora_build_info{program="remora-test",version="1.2.3"})"), 1);
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(sample(text, "process_start_time_seconds"), now, 3600);
  EXPECT_GE(sample(text, "process_cpu_seconds_total"), 0);
  EXPECT_GT(sample(text, "process_resident_memory_bytes"), 1e6);
  EXPECT_EQ(sample(render(source), "process_start_time_seconds"),
            sample(text, "process_start_time_seconds"));
}

TEST(process_source, counts_descriptors) {
  const core::process_source source("remora-test", "1.2.3");
  const double before = sample(render(source), "process_open_fds");
  const int fd = dup(STDIN_FILENO);
  EXPECT_EQ(sample(render(source), "process_open_fds"), before + 1);
  close(fd);
  EXPECT_EQ(sample(render(source), "process_open_fds"), before);
}

TEST(exposition, joins_its_sources_and_skips_a_family_that_was_written) {
  core::exposition all;
  metrics_shard shard;
  shard.gauge(active).set(1);
  all.add(std::make_shared<core::shard_source>(std::vector<const metrics_shard*>{&shard}));
  all.add(std::make_shared<core::function_source>([](exposition_writer& out) {
    if (out.family(active)) out.gauge("", 2);
    if (out.family(requests)) out.counter("", 3);
  }));
  EXPECT_EQ(all.render(exposition_format::openmetrics),
            "# HELP active Active.\n# TYPE active gauge\nactive 1\n"
            "# HELP requests Requests.\n# TYPE requests counter\nrequests_total 3\n# EOF\n");
}

}  // namespace
