// After a wanted change: REMORA_WRITE_GOLDEN=1 build/bin/unit_slo --gtest_filter='*golden*'
#include "slo/report/explanation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/support/golden.hpp"
#include "tests/unit/slo_reports.hpp"

namespace {

using namespace slo::tests;
constexpr slo::unix_millis second = 1000;
constexpr slo::unix_millis start = report_time - 600 * second;

slo::time_series counter(const char* code, std::vector<std::pair<int, double>> samples) {
  slo::time_series out{
      {{"__name__", "requests_total"}, {"code", code}, {"instance", "a"}, {"job", "web"}}, {}};
  for (const auto& [at, value] : samples) out.samples.push_back({start + at * second, value});
  return out;
}

/// A restart at 300 s, nothing between 120 and 240 s, and a series that appears from nowhere.
slo::raw_samples eventful() {
  slo::raw_samples out;
  const auto ok = counter("ok", {{-30, 100},
                                 {0, 100},
                                 {30, 130},
                                 {60, 160},
                                 {90, 190},
                                 {120, 220},
                                 {240, 340},
                                 {270, 370},
                                 {300, 20},
                                 {330, 50},
                                 {600, 320}});
  out.total = {ok, counter("failed", {{330, 7}, {600, 9}})};
  out.part = {ok};
  return out;
}

slo::explanation made() {
  const auto samples = eventful();
  const auto seen = slo::raw_evidence(example(), samples, start, report_time);
  auto e = slo::explain(example(), seen, &samples);
  e.rules = counted_evidence(580, 2, 0);
  static const std::vector<slo::correction> all{
      maintenance(start + 60 * second, start + 90 * second)};
  const auto windows = slo::windows_of(example(), all, seen.from, seen.to);
  e.corrected = slo::correct(seen, windows, {counted_evidence(30, 0, 0)});
  e.terms = terms_of(e);
  return e;
}

TEST(explanation, golden_text) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_explanation.txt", explanation_text(made()));
}
TEST(explanation, golden_json) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_explanation.json",
                             explanation_json(made()) + "\n");
}

TEST(explanation, its_series_add_up_to_what_the_report_says) {
  const auto e = made();
  ASSERT_EQ(e.queries.size(), 2u);
  EXPECT_EQ(e.queries[0].events, e.seen.counts.events);
  EXPECT_EQ(e.queries[0].events - e.queries[1].events, e.seen.counts.bad);
  std::int64_t sum = 0;
  for (const auto& s : e.queries[0].series) sum += s.events;
  EXPECT_EQ(sum, e.seen.counts.events);
}

TEST(explanation, names_resets_gaps_and_unknown_starts) {
  const auto e = made();
  const auto& ok = e.queries[0].series[0];
  ASSERT_EQ(ok.resets.size(), 1u);
  EXPECT_EQ(ok.resets[0].before.value, 370);
  EXPECT_EQ(ok.resets[0].now.at, start + 300 * second);
  EXPECT_EQ(ok.resets[0].events, 20);
  ASSERT_EQ(ok.gaps.size(), 2u);
  EXPECT_EQ(ok.gaps[0].missing, 90 * second);
  EXPECT_EQ(ok.seconds_without_data, 90 + 240);
  EXPECT_EQ(ok.before->value, 100);
  const auto& failed = e.queries[0].series[1];
  EXPECT_TRUE(failed.unknown_start);
  EXPECT_EQ(failed.events, 2);
}

TEST(explanation, each_term_has_its_value) {
  const auto e = made();
  const auto value = [&](const std::string& name) {
    for (const auto& t : e.terms) {
      if (t.name == name) return t.value.value_or(-99);
    }
    return -99.0;
  };
  EXPECT_EQ(value("total"), static_cast<double>(e.seen.counts.events));
  EXPECT_EQ(value("bad"), static_cast<double>(e.seen.counts.bad));
  EXPECT_EQ(value("burn rate"), *slo::burn_rate(example(), e.seen));
  EXPECT_EQ(value("budget left"), *slo::budget_left(example(), e.seen));
  EXPECT_EQ(value("budget left, corrected"), *slo::budget_left(example(), *e.corrected));
}

TEST(explanation, json_is_json) {
  const auto root = boost::json::parse(explanation_json(made()));
  EXPECT_EQ(root.at("queries").at(0).at("series").at(1).at("start").as_string(), "unknown");
  EXPECT_EQ(root.at("raw").at("source").as_string(), "raw");
  EXPECT_EQ(root.at("rules").at("source").as_string(), "rules");
}

TEST(explanation, a_composite_is_explained_by_its_members) {
  slo::explanation e;
  e.what = composed();
  e.seen.unit = slo::budget_unit::burn;
  e.seen.burn = 4;
  e.members = {{"web", 2, 1.0}, {"critical-path", 1, 2.0}};
  e.terms = terms_of(e);
  EXPECT_EQ(e.terms[0].values, "2 x 1 (web) + 1 x 2 (critical-path)");
  EXPECT_EQ(*e.terms[0].value, 4);
}

}  // namespace
