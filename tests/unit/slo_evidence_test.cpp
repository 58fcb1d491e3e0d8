#include "slo/evidence/evidence.hpp"

#include <gtest/gtest.h>

#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;

constexpr slo::unix_millis second = 1000;
constexpr slo::unix_millis start = 1'700'000'000'000;
constexpr slo::unix_millis end = start + 600 * second;

slo::time_series counter(const char* code, double per_scrape, double from = 0) {
  slo::time_series out{
      {{"__name__", "requests_total"}, {"code", code}, {"instance", "a"}, {"job", "web"}}, {}};
  for (slo::unix_millis at = start; at <= end; at += 5 * second) {
    out.samples.push_back({at, from});
    from += per_scrape;
  }
  return out;
}

slo::time_series recorded(const char* metric, const char* window, double value) {
  return {{{"__name__", metric}, {"slo_id", "web"}, {"window", window}}, {{end, value}}};
}

TEST(raw_evidence, counts_whole_events_and_the_last_five_minutes) {
  slo::raw_samples samples;
  samples.total = {counter("ok", 10), counter("failed", 1)};
  samples.part = {counter("ok", 10)};
  const auto e = slo::raw_evidence(example(), samples, start, end);
  EXPECT_EQ(e.problem, "");
  EXPECT_EQ(e.counts.events, 1320);
  EXPECT_EQ(e.counts.bad, 120);
  EXPECT_EQ(e.recent.events, 660);
  EXPECT_EQ(e.recent.bad, 60);
  EXPECT_EQ(e.coverage, 1);
  EXPECT_EQ(e.observed_seconds, 600);
  EXPECT_EQ(e.newest, end);
  EXPECT_NEAR(*slo::burn_rate(example(), e.counts), 120.0 / 1320 / 0.01, 1e-9);
  EXPECT_NEAR(*slo::budget_left(example(), e.counts), 1 - 120.0 / 1320 / 0.01, 1e-9);
}

TEST(raw_evidence, counts_bad_events_when_those_are_given) {
  auto o = example();
  o.counters->part_is = slo::event_kind::bad;
  slo::raw_samples samples;
  samples.total = {counter("ok", 10), counter("failed", 1)};
  samples.part = {counter("failed", 1)};
  EXPECT_EQ(slo::raw_evidence(o, samples, start, end).counts.bad, 120);
}

TEST(raw_evidence, no_samples_are_a_problem_and_never_good) {
  const auto e = slo::raw_evidence(example(), {}, start, end);
  EXPECT_EQ(e.problem, R"(no data: requests_total{job="web",code=~"ok|failed"} has no samples)");
  EXPECT_FALSE(slo::budget_left(example(), e.counts));
}

TEST(raw_evidence, a_missing_series_of_the_same_metric_has_counted_nothing) {
  slo::raw_samples samples;
  samples.total = {counter("failed", 1)};
  const auto e = slo::raw_evidence(example(), samples, start, end);
  EXPECT_EQ(e.problem, "");
  EXPECT_EQ(e.counts.bad, e.counts.events);
}

TEST(raw_evidence, a_missing_metric_is_a_wrong_query) {
  auto o = example();
  o.counters->part = slo::parse_metric_query("fast_total")->counter;
  slo::raw_samples samples;
  samples.total = {counter("ok", 1)};
  EXPECT_EQ(slo::raw_evidence(o, samples, start, end).problem,
            "no data: fast_total has no samples");
}

TEST(raw_evidence, more_good_events_than_events_are_a_problem) {
  slo::raw_samples samples;
  samples.total = {counter("ok", 10)};
  samples.part = {counter("ok", 100)};
  EXPECT_EQ(slo::raw_evidence(example(), samples, start, end).problem,
            "there are more good events (12000) than events (1200)");
}

slo::recorded_series recorded_days(double events, double bad) {
  return {{recorded("slo:events:sum", "28d", events), recorded("slo:bad_events:sum", "28d", bad),
           recorded("slo:coverage:ratio", "28d", 0.5), recorded("slo:events:sum", "5m", 100),
           recorded("slo:bad_events:sum", "5m", 2)},
          {}};
}

TEST(rules_evidence, reads_the_window_of_the_period) {
  const auto e = slo::rules_evidence(example(), recorded_days(5000, 20), end);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->source, slo::evidence_source::rules);
  EXPECT_EQ(e->counts.events, 5000);
  EXPECT_EQ(e->counts.bad, 20);
  EXPECT_EQ(e->recent.bad, 2);
}

TEST(rules_evidence, coverage_counts_from_the_first_minute_on) {
  auto all = recorded_days(5000, 20);
  const double twenty_days_ago = static_cast<double>(end) / 1000 - 20 * 86400 + 60;
  all.since = {{{{"slo_id", "web"}}, {{end, twenty_days_ago}}}};
  const auto e = slo::rules_evidence(example(), all, end);
  EXPECT_DOUBLE_EQ(e->observed_seconds, 20 * 86400);
  EXPECT_DOUBLE_EQ(e->coverage, 14.0 / 20);
}

TEST(rules_evidence, coverage_is_never_more_than_all) {
  auto all = recorded_days(5000, 20);
  all.since = {{{{"slo_id", "web"}}, {{end, static_cast<double>(end) / 1000 - 60}}}};
  EXPECT_DOUBLE_EQ(slo::rules_evidence(example(), all, end)->coverage, 1);
}

TEST(rules_evidence, is_none_when_the_rules_have_no_data) {
  EXPECT_FALSE(slo::rules_evidence(example(), {}, end));
  EXPECT_FALSE(slo::rules_evidence(example(), recorded_days(0, 0), end));
}

}  // namespace
