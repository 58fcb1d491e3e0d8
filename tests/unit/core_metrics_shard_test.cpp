#include "core/metrics_shard.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace {

using core::bucket_table;
using core::metric_family;
using core::metric_type;
using core::metrics_shard;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double http_bounds[] = {.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};

std::size_t scan(const std::vector<double>& bounds, double value) {
  std::size_t i = 0;
  while (i < bounds.size() && !(value <= bounds[i])) ++i;
  return i;
}

struct named_bounds {
  const char* name;
  std::vector<double> bounds;
};

class bucket_tables : public testing::TestWithParam<named_bounds> {
 protected:
  void expect_scan(double value) const {
    ASSERT_EQ(table_.find(value), scan(GetParam().bounds, value)) << std::hexfloat << value;
  }
  bucket_table table_{GetParam().bounds};
};

TEST_P(bucket_tables, find_what_a_scan_finds_around_every_bound) {
  for (const double bound : GetParam().bounds) {
    double below = bound, above = bound;
    for (int step = 0; step < 4; ++step) {
      expect_scan(below);
      expect_scan(above);
      below = std::nextafter(below, -infinity);
      above = std::nextafter(above, infinity);
    }
    expect_scan(bound * 2);
    expect_scan(bound / 2);
  }
}

TEST_P(bucket_tables, find_what_a_scan_finds_at_every_edge_of_the_table) {
  for (std::uint64_t key = 0; key < 1ull << 14; ++key) {
    expect_scan(std::bit_cast<double>(key << 50));
    expect_scan(std::bit_cast<double>((key << 50) - 1));
  }
}

TEST_P(bucket_tables, find_what_a_scan_finds_for_any_bits) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) expect_scan(std::bit_cast<double>(random()));
}

TEST_P(bucket_tables, find_what_a_scan_finds_for_ordinary_durations) {
  std::mt19937_64 random(2);
  std::lognormal_distribution<double> seconds(-3, 3);
  for (int i = 0; i < 200000; ++i) expect_scan(seconds(random));
}

TEST_P(bucket_tables, special_values) {
  expect_scan(0.0);
  expect_scan(-0.0);
  expect_scan(-1.0);
  expect_scan(-infinity);
  expect_scan(std::numeric_limits<double>::denorm_min());
  expect_scan(std::numeric_limits<double>::min());
  expect_scan(std::numeric_limits<double>::max());
  const auto last = GetParam().bounds.size();
  EXPECT_EQ(table_.find(infinity), last);
  EXPECT_EQ(table_.find(std::numeric_limits<double>::quiet_NaN()), last);
  EXPECT_EQ(table_.find(-std::numeric_limits<double>::quiet_NaN()), last);
}

INSTANTIATE_TEST_SUITE_P(
    cases, bucket_tables,
    testing::Values(named_bounds{"http", {std::begin(http_bounds), std::end(http_bounds)}},
                    named_bounds{"database", {.001, .005, .01, .05, .1, .5, 1, 5, 10}},
                    named_bounds{"one", {1}}, named_bounds{"none", {}},
                    named_bounds{"from_zero", {0, 1, 2}},
                    named_bounds{"subnormal", {5e-324, 1e-310, 1e-300, 1}},
                    named_bounds{"largest", {1, std::numeric_limits<double>::max()}},
                    named_bounds{"many_in_one_cell",
                                 {1, 1.01, 1.02, 1.03, 1.04, 1.05, 1.24, 1.25, 1.26}},
                    named_bounds{"powers_of_two", {.25, .5, 1, 2, 4, 8, 16, 1024}}),
    [](const auto& info) { return info.param.name; });

TEST(bucket_table, refuses_bounds_that_are_none) {
  const auto make = [](std::vector<double> bounds) { bucket_table table(bounds); };
  EXPECT_THROW(make({2, 1}), std::invalid_argument);
  EXPECT_THROW(make({1, 1}), std::invalid_argument);
  EXPECT_THROW(make({-1, 1}), std::invalid_argument);
  EXPECT_THROW(make({1, infinity}), std::invalid_argument);
  EXPECT_THROW(make({std::numeric_limits<double>::quiet_NaN()}), std::invalid_argument);
  std::vector<double> many;
  for (int i = 0; i < 255; ++i) many.push_back(i);
  EXPECT_NO_THROW(make(many));
  many.push_back(255);
  EXPECT_THROW(make(many), std::invalid_argument);
}

constexpr metric_family requests{"requests_total", "Requests.", metric_type::counter};
constexpr metric_family active{"active", "Active.", metric_type::gauge};
constexpr metric_family durations{"duration_seconds", "Time.", metric_type::histogram, http_bounds};

TEST(metrics_shard, the_same_series_is_the_same_cell) {
  metrics_shard shard;
  auto& first = shard.counter(requests, {{"route", "/a"}});
  auto& other = shard.counter(requests, {{"route", "/b"}});
  EXPECT_NE(&first, &other);
  for (int i = 0; i < 1000; ++i) shard.counter(requests, {{"route", std::to_string(i)}});
  EXPECT_EQ(&first, &shard.counter(requests, {{"route", "/a"}}));
  first.add();
  first.add(2);
  EXPECT_EQ(shard.counter(requests, {{"route", "/a"}}).value(), 3u);
  EXPECT_EQ(other.value(), 0u);
}

TEST(metrics_shard, labels_built_at_run_time_are_the_same_labels) {
  metrics_shard shard;
  const std::string route = "/a";
  const std::pair<std::string_view, std::string_view> labels[] = {{"route", route}};
  EXPECT_EQ(&shard.gauge(active, {{"route", "/a"}}),
            &shard.gauge(active, core::metric_label_list(labels)));
}

TEST(metrics_shard, a_gauge_goes_up_and_down) {
  metrics_shard shard;
  auto& gauge = shard.gauge(active);
  gauge.add(3);
  gauge.add(-1);
  EXPECT_EQ(gauge.value(), 2);
  gauge.set(7.5);
  EXPECT_EQ(gauge.value(), 7.5);
}

TEST(metrics_shard, a_histogram_counts_in_the_first_bucket_that_holds_the_value) {
  metrics_shard shard;
  auto& histogram = shard.histogram(durations);
  histogram.observe(0.005);
  histogram.observe(0.3);
  histogram.observe(11);
  EXPECT_EQ(histogram.bucket(0), 1u);
  EXPECT_EQ(histogram.bucket(7), 1u);
  EXPECT_EQ(histogram.bucket(14), 1u);
  EXPECT_DOUBLE_EQ(histogram.sum(), 11.305);
}

TEST(metrics_shard, one_name_has_one_type) {
  metrics_shard shard;
  shard.counter(requests);
  EXPECT_THROW(shard.gauge({"requests_total", "", metric_type::gauge}), std::logic_error);
  EXPECT_THROW(shard.counter({"s", "", metric_type::summary}), std::logic_error);
}

}  // namespace
