#include "core/series_budget.hpp"

#include <gtest/gtest.h>

#include "core/exposition.hpp"

namespace {

using core::metric_family;
using core::metric_type;
using core::metrics_shard;
using core::series_budget;

constexpr double bounds[] = {1};
constexpr metric_family hot{"hot_seconds", "h", metric_type::histogram, bounds};
constexpr metric_family calls{"calls_total", "c", metric_type::counter};
constexpr metric_family promised{"promised_total", "p", metric_type::counter, {}, true};

class series_budget_test : public ::testing::Test {
 protected:
  std::string exposed() {
    core::exposition all;
    all.add(
        std::make_shared<core::shard_source>(std::vector<const metrics_shard*>{&shard, &other}));
    all.add(std::make_shared<core::function_source>(
        [this](core::exposition_writer& out) { budget->write(out); }));
    return all.render(core::exposition_format::text);
  }
  void expect_line(const std::string& line) {
    const auto text = exposed();
    EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\nis not in\n" << text;
  }
  std::shared_ptr<series_budget> budget = std::make_shared<series_budget>(3);
  metrics_shard shard, other;
  void limit() {
    shard.limit_by(budget);
    other.limit_by(budget);
  }
};

TEST_F(series_budget_test, what_comes_beyond_the_limit_is_in_the_overflow_series) {
  limit();
  for (int i = 0; i < 10; ++i) shard.counter(calls, {{"id", std::to_string(i)}}).add();
  expect_line(R"(calls_total{id="2"} 1)");
  expect_line(R"(calls_total{otel_metric_overflow="true"} 7)");
  EXPECT_EQ(exposed().find(R"(id="3")"), std::string::npos);
}

TEST_F(series_budget_test, what_there_is_stays_itself_when_the_budget_is_used_up) {
  limit();
  auto& first = shard.counter(calls, {{"id", "first"}});
  for (int i = 0; i < 10; ++i) shard.counter(calls, {{"id", std::to_string(i)}});
  EXPECT_EQ(&shard.counter(calls, {{"id", "first"}}), &first);
}

TEST_F(series_budget_test, a_series_of_several_shards_is_one) {
  limit();
  for (int i = 0; i < 3; ++i) {
    shard.counter(calls, {{"id", std::to_string(i)}}).add();
    other.counter(calls, {{"id", std::to_string(i)}}).add();
  }
  other.counter(calls, {{"id", "3"}}).add();
  expect_line(R"(calls_total{id="2"} 2)");
  expect_line(R"(calls_total{otel_metric_overflow="true"} 1)");
}

TEST_F(series_budget_test, each_family_has_the_limit_for_itself) {
  limit();
  for (int i = 0; i < 3; ++i) {
    shard.counter(calls, {{"id", std::to_string(i)}});
    shard.histogram(hot, {{"id", std::to_string(i)}}).observe(0.5);
  }
  EXPECT_EQ(exposed().find("otel_metric_overflow"), std::string::npos);
}

TEST_F(series_budget_test, an_overflowing_histogram_keeps_buckets_and_sum) {
  limit();
  for (int i = 0; i < 5; ++i) shard.histogram(hot, {{"id", std::to_string(i)}}).observe(0.5);
  expect_line(R"(hot_seconds_bucket{otel_metric_overflow="true",le="1.0"} 2)");
  expect_line(R"(hot_seconds_sum{otel_metric_overflow="true"} 1)");
}

TEST_F(series_budget_test, what_slis_read_is_never_refused) {
  limit();
  for (int i = 0; i < 10; ++i) shard.counter(promised, {{"id", std::to_string(i)}}).add();
  expect_line(R"(promised_total{id="9"} 1)");
  expect_line("remora_series_refused_total 0");
}

TEST_F(series_budget_test, series_from_before_count_towards_it) {
  for (int i = 0; i < 3; ++i) shard.counter(calls, {{"id", std::to_string(i)}});
  limit();
  shard.counter(calls, {{"id", "3"}}).add();
  expect_line(R"(calls_total{otel_metric_overflow="true"} 1)");
}

TEST_F(series_budget_test, a_higher_limit_lets_in_what_comes_then) {
  limit();
  for (int i = 0; i < 4; ++i) shard.counter(calls, {{"id", std::to_string(i)}});
  budget->set_limit(4);
  shard.counter(calls, {{"id", "4"}}).add();
  expect_line(R"(calls_total{id="4"} 1)");
}

TEST_F(series_budget_test, only_families_near_the_limit_are_shown) {
  limit();
  shard.counter(calls, {{"id", "0"}});
  expect_line("remora_series_limit 3");
  EXPECT_EQ(exposed().find(R"(remora_series{family="calls_total"})"), std::string::npos);
  shard.counter(calls, {{"id", "1"}});
  expect_line(R"(remora_series{family="calls_total"} 2)");
  for (int i = 2; i < 5; ++i) shard.counter(calls, {{"id", std::to_string(i)}});
  expect_line(R"(remora_series{family="calls_total"} 3)");
  expect_line("remora_series_refused_total 2");
}

TEST(metrics_shard, keeps_bounds_of_its_own) {
  metrics_shard shard;
  {
    const std::vector<double> passing{1, 2};
    shard.histogram({"passing_seconds", "p", metric_type::histogram, passing}).observe(1.5);
  }
  core::exposition all;
  all.add(std::make_shared<core::shard_source>(std::vector<const metrics_shard*>{&shard, &shard}));
  EXPECT_NE(all.render(core::exposition_format::text).find(R"(_bucket{le="2.0"} 2)"),
            std::string::npos);
}

TEST(histogram_cell, says_which_bucket_took_a_value) {
  metrics_shard shard;
  auto& cell = shard.histogram(hot);
  EXPECT_EQ(cell.observe(1).bucket, 0u);
  EXPECT_EQ(cell.observe(1.5).bucket, 1u);
  EXPECT_EQ(cell.bucket(0), 1u);
  EXPECT_EQ(cell.bucket(1), 1u);
}

}  // namespace
