// Every format of one report with every kind of objective against golden files, and what must hold
// of any. After a wanted change: REMORA_WRITE_GOLDEN=1 build/bin/unit_slo --gtest_filter='*golden*'
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "slo/report/weekly.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/slo_reports.hpp"

namespace {

using slo::tests::every_kind;
using testing::HasSubstr;
using testing::Not;

/// Style and script are the same in every page.
std::string body_of(const std::string& page) {
  const auto begin = page.find("<div class=\"wrap\">");
  return page.substr(begin, page.find("<script>") - begin);
}

TEST(report_format, golden_text) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_report.txt", report_table(every_kind()));
}
TEST(report_format, golden_json) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_report.json",
                             report_json(every_kind()) + "\n");
}
TEST(report_format, golden_markdown) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_report.md", report_markdown(every_kind()));
}
TEST(report_format, golden_html) {
  tests::compare_with_golden(REMORA_SOURCE_DIR, "slo_report.html",
                             body_of(report_html(every_kind())));
}

TEST(report_format, json_is_json_and_has_both_numbers) {
  const auto root = boost::json::parse(report_json(every_kind()));
  const auto& web = root.at("slos").at(0);
  EXPECT_EQ(web.at("bad").to_number<double>(), 900);
  EXPECT_EQ(web.at("corrected").at("bad").to_number<double>(), 180);
  EXPECT_EQ(web.at("corrected").at("total").to_number<double>(), 66400);
  EXPECT_LT(web.at("error_budget_remaining").to_number<double>(), 0);
  EXPECT_GT(web.at("corrected").at("error_budget_remaining").to_number<double>(), 0);
  EXPECT_EQ(web.at("state").as_string(), "ok");
  EXPECT_EQ(web.at("view").as_string(), "white-box");
  EXPECT_EQ(web.at("history").at("points").as_array().size(), 28u * 24);
  const auto& composite = root.at("slos").at(4);
  EXPECT_TRUE(composite.at("objective").is_null());
  EXPECT_TRUE(composite.at("error_ratio").is_null());
  EXPECT_EQ(composite.at("burn_rate").to_number<double>(), 4.5);
  EXPECT_EQ(root.at("weeks").as_array().size(), 4u);
}

TEST(report_format, what_people_wrote_is_text) {
  const auto html = body_of(report_html(every_kind()));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, HasSubstr("{{body}}"));
  const auto markdown = report_markdown(every_kind());
  EXPECT_THAT(markdown, Not(HasSubstr("<script>")));
  EXPECT_THAT(markdown, Not(HasSubstr("[link](http")));
}

TEST(report_format, the_page_needs_nothing_from_elsewhere) {
  const auto page = report_html(every_kind());
  EXPECT_THAT(page, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(page, Not(testing::ContainsRegex("(src|href)=\"(https?:)?//")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(report_format, every_number_with_a_correction_says_so) {
  const auto r = every_kind();
  EXPECT_THAT(report_table(r), HasSubstr("  web: Contains 1 correction: 72.9 % of the budget left "
                                         "with, -33.9 % without."));
  EXPECT_THAT(report_table(r), HasSubstr("maintenance by ana@example.org"));
  EXPECT_THAT(report_markdown(r), HasSubstr("Contains 1 correction"));
  EXPECT_THAT(report_html(r), HasSubstr("Contains 1 correction"));
}

TEST(weekly, is_of_seven_days_and_the_seven_before) {
  const auto r = every_kind();
  const auto weeks = compare_weeks(r);
  ASSERT_EQ(weeks.size(), 4u);
  EXPECT_EQ(weeks[0].now.used.total, 7 * 24 * 100);
  EXPECT_EQ(weeks[0].now.used.bad, 540);  // six of the ten bad hours
  EXPECT_EQ(weeks[0].before.used.bad, 360);
  EXPECT_NEAR(*weeks[0].now.budget_spent, 540.0 / 16800 / 0.01 / 4, 1e-9);
  ASSERT_EQ(weeks[0].worst.size(), 1u);
  EXPECT_EQ(weeks[0].worst[0].to - weeks[0].worst[0].from, 6 * 3'600'000);
  EXPECT_EQ(weeks[0].corrections.size(), 1u);
}

}  // namespace
