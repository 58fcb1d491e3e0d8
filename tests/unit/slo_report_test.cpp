#include "slo/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/report/text_table.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::budget_state;
using slo::tests::example;
using testing::HasSubstr;

slo::evidence seen(std::int64_t events, std::int64_t bad, std::int64_t recent_bad = 0) {
  slo::evidence e;
  e.to = 1'700'000'000'000;
  e.from = e.to - 600'000;
  e.counts = {events, bad};
  e.recent = {events / 2, recent_bad};
  e.coverage = 0.987;
  e.observed_seconds = 90;
  return e;
}

slo::report report_of(slo::evidence e) {
  return slo::make_report({example()}, {std::move(e)}, "http://localhost:9090", 1'700'000'000'000);
}

budget_state state_of(slo::evidence e) {
  return report_of(std::move(e)).slos[0].state();
}

TEST(report, states) {
  EXPECT_EQ(state_of(seen(1000, 5)), budget_state::ok);
  EXPECT_EQ(state_of(seen(1000, 6, 6)), budget_state::burning);
  EXPECT_EQ(state_of(seen(1000, 10)), budget_state::spent);
  EXPECT_EQ(state_of(seen(0, 0)), budget_state::no_data);
}

TEST(report, table_shows_each_number) {
  const auto table = report_table(report_of(seen(1000, 5, 1)));
  EXPECT_THAT(table, HasSubstr("SLO report, 2023-11-14T22:13:20Z, http://localhost:9090"));
  EXPECT_THAT(table, HasSubstr("web     99.0 %  99.500 %       50.0 %       0.20    1000    5    "
                               "98.7 %      90 s  raw"));
}

TEST(report, without_events_there_are_no_rates) {
  auto e = seen(0, 0);
  e.problem = "no data: x has no samples";
  const auto r = report_of(e);
  EXPECT_THAT(report_table(r), HasSubstr("  web: no data: x has no samples"));
  EXPECT_THAT(report_json(r),
              HasSubstr(R"("sli":null,"error_ratio":null,"error_budget_remaining":null)"));
}

TEST(report, json_has_the_numbers_as_numbers) {
  const auto json = report_json(report_of(seen(1000, 5, 1)));
  for (const char* part :
       {R"("slos":[{"id":"web","service":"shop")", R"("objective":0.99)", R"("error_budget":0.01)",
        R"("events":1000)", R"("bad_events":5)", R"("sli":0.995)", R"("source":"raw")",
        R"("state":"ok")", R"("coverage":0.987)"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
}

TEST(report, a_share_is_cut_so_that_100_percent_means_all) {
  EXPECT_EQ(slo::share_text(1), "100.000 %");
  EXPECT_EQ(slo::share_text(0.9999999), "99.999 %");
  EXPECT_EQ(slo::share_text(0.998), "99.800 %");
}

TEST(text_table, aligns_by_characters_not_bytes) {
  slo::text_table table({"a", "b"});
  table.row({"ünï", "1"});
  table.row({"x", "22"});
  EXPECT_EQ(table.to_string(), "a     b\nünï   1\nx    22\n");
}

}  // namespace
