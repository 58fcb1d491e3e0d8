#include "slo/evidence/counter_samples.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

constexpr slo::unix_millis second = 1000;
constexpr slo::unix_millis start = 1'700'000'000'000;

slo::time_series series(std::vector<slo::sample> samples, const char* instance = "a:1") {
  return {{{"__name__", "x_total"}, {"instance", instance}, {"job", "web"}}, std::move(samples)};
}

/// A sample every five seconds from `first` seconds after the start.
std::vector<slo::sample> every_5s(int first, std::vector<double> values) {
  std::vector<slo::sample> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.push_back({start + (first + 5 * static_cast<int>(i)) * second, values[i]});
  }
  return out;
}

slo::target_history target(std::vector<slo::sample> up, double started = 0) {
  slo::target_history out{"web", "a:1", std::move(up), {}};
  if (started > 0) {
    for (const auto& s : out.up) out.started.push_back({s.at, started});
  }
  return out;
}

double seconds_of(int after_start) {
  return static_cast<double>(start / second + after_start);
}

std::int64_t increase(const slo::time_series& s, const std::vector<slo::target_history>& targets,
                      int from, int to) {
  const auto sum = slo::increase_of({s}, targets, start + from * second, start + to * second);
  return sum.has_value() ? sum->events : -1;
}

TEST(counter_samples, counts_from_the_last_sample_before_the_window) {
  EXPECT_EQ(increase(series(every_5s(0, {10, 13, 17, 20})), {}, 7, 20), 7);
  EXPECT_EQ(increase(series(every_5s(0, {10, 13, 17, 20})), {}, 5, 10), 4);
  EXPECT_EQ(increase(series(every_5s(0, {10, 13, 17, 20})), {}, 0, 15), 10);
}

TEST(counter_samples, adjacent_windows_add_up) {
  const auto s = series(every_5s(0, {10, 13, 2, 8, 8, 30}));
  EXPECT_EQ(increase(s, {}, 0, 12) + increase(s, {}, 12, 25), increase(s, {}, 0, 25));
}

TEST(counter_samples, a_reset_counts_the_new_value) {
  const auto sum =
      slo::increase_of({series(every_5s(0, {100, 110, 4, 6}))}, {}, start, start + 15 * second);
  ASSERT_TRUE(sum.has_value());
  EXPECT_EQ(sum->events, 16);
  EXPECT_EQ(sum->resets, 1);
}

TEST(counter_samples, a_restart_is_seen_even_when_the_counter_overtook_itself) {
  auto t = target(every_5s(0, {1, 1, 1}), seconds_of(-100));
  t.started[2].value = seconds_of(7);
  const auto sum =
      slo::increase_of({series(every_5s(0, {3, 5, 9}))}, {t}, start, start + 10 * second);
  EXPECT_EQ(sum->events, 2 + 9);
  EXPECT_EQ(sum->resets, 1);
}

TEST(counter_samples, a_jittering_start_time_is_no_restart) {
  auto t = target(every_5s(0, {1, 1, 1}), seconds_of(-100));
  t.started[2].value += 0.4;
  EXPECT_EQ(increase(series(every_5s(0, {3, 5, 9})), {t}, 0, 10), 6);
}

TEST(counter_samples, a_series_born_with_its_process_counts_its_value) {
  const auto t = target(every_5s(20, {1, 1}), seconds_of(18));
  EXPECT_EQ(increase(series(every_5s(20, {50, 60})), {t}, 0, 30), 60);
}

TEST(counter_samples, a_series_born_under_watch_counts_its_value) {
  const auto t = target(every_5s(0, {1, 1, 1, 1, 1}), seconds_of(-1000));
  EXPECT_EQ(increase(series(every_5s(10, {50, 60, 60})), {t}, 0, 30), 60);
}

TEST(counter_samples, a_series_of_unknown_birth_is_only_followed_from_then_on) {
  const auto t = target(every_5s(10, {1, 1, 1}), seconds_of(-1000));
  const auto sum =
      slo::increase_of({series(every_5s(10, {50, 60, 60}))}, {t}, start, start + 30 * second);
  EXPECT_EQ(sum->events, 10);
  EXPECT_EQ(sum->unknown_starts, 1);
}

TEST(counter_samples, failed_scrapes_before_a_series_say_nothing) {
  const auto t = target(every_5s(0, {0, 0, 1, 1}), seconds_of(-1000));
  EXPECT_EQ(increase(series(every_5s(10, {50, 60})), {t}, 0, 30), 10);
}

TEST(counter_samples, gaps_lose_nothing) {
  auto samples = every_5s(0, {1, 2});
  samples.push_back({start + 300 * second, 1000});
  EXPECT_EQ(increase(series(samples), {}, 0, 300), 999);
}

TEST(counter_samples, what_is_no_number_of_events_is_refused) {
  for (const double wrong : {0.5, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    const auto sum =
        slo::increase_of({series(every_5s(0, {0, wrong}))}, {}, start, start + 10 * second);
    ASSERT_TRUE(sum.has_error()) << wrong;
    EXPECT_EQ(sum.error(),
              R"(x_total{instance="a:1",job="web"} has a value that is no number of events)");
  }
}

TEST(coverage, is_full_when_every_scrape_showed_the_series) {
  const auto c = slo::coverage_of({series(every_5s(0, {1, 2, 3, 4}))},
                                  {target(every_5s(0, {1, 1, 1, 1}))}, start, start + 18 * second);
  EXPECT_EQ(c.seen, 4);
  EXPECT_EQ(c.expected, 4);
  EXPECT_EQ(c.first, start);
  EXPECT_EQ(c.last, start + 15 * second);
}

TEST(coverage, counts_from_the_first_sample_on) {
  const auto c = slo::coverage_of({series(every_5s(10, {1, 2}))},
                                  {target(every_5s(0, {0, 0, 1, 1}))}, start, start + 15 * second);
  EXPECT_EQ(c.ratio(), 1);
}

TEST(coverage, a_target_that_is_down_is_missed) {
  const auto c = slo::coverage_of({series(every_5s(0, {1, 2}))},
                                  {target(every_5s(0, {1, 1, 0, 0}))}, start, start + 15 * second);
  EXPECT_EQ(c.ratio(), 0.5);
}

TEST(coverage, a_pause_of_prometheus_is_missed) {
  auto samples = every_5s(0, {1, 2, 3});
  for (const auto& s : every_5s(40, {4, 5, 6})) samples.push_back(s);
  std::vector<slo::sample> up;
  for (const auto& s : samples) up.push_back({s.at, 1});
  const auto c = slo::coverage_of({series(samples)}, {target(up)}, start, start + 50 * second);
  EXPECT_EQ(c.seen, 6);
  EXPECT_EQ(c.expected, 11);
}

TEST(coverage, a_target_that_was_taken_away_is_no_longer_expected) {
  const auto c = slo::coverage_of({series(every_5s(0, {1, 2}))}, {target(every_5s(0, {1, 1}))},
                                  start, start + 600 * second);
  EXPECT_EQ(c.ratio(), 1);
}

TEST(coverage, of_nothing_is_none) {
  const auto c = slo::coverage_of({}, {}, start, start + 600 * second);
  EXPECT_EQ(c.ratio(), 0);
  EXPECT_EQ(c.seen, 0);
}

}  // namespace
