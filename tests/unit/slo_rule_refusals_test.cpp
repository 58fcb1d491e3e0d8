#include "slo/rules/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "slo/model/calendar.hpp"
#include "slo/rules/calendar_expression.hpp"
#include "slo/rules/objective_windows.hpp"
#include "slo/rules/zone_changes.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using unit = slo::calendar_alignment::unit;

slo::objective aligned(unit each, int count = 1, const char* start = "2024-01-01 00:00:00",
                       const char* zone = "UTC") {
  auto o = example();
  o.period = {"1M", 30 * 1440L, slo::calendar_alignment{each, count, start, zone}};
  return o;
}

TEST(refused_for_rules, what_can_be_summed_is_not) {
  EXPECT_THAT(slo::refused_for_rules(
                  {example(), aligned(unit::day), aligned(unit::week, 2), aligned(unit::month, 3)}),
              IsEmpty());
}

TEST(refused_for_rules, quarters_and_years_are_each_with_the_reason) {
  EXPECT_THAT(
      slo::refused_for_rules({aligned(unit::quarter), example(), aligned(unit::year)}),
      ElementsAre(HasSubstr("web: periods of a quarter"), HasSubstr("web: periods of a year")));
}

TEST(refused_for_rules, periods_that_hold_too_many_steps_are) {
  EXPECT_THAT(slo::refused_for_rules({aligned(unit::month, 24)}),
              ElementsAre(HasSubstr("too many")));
  EXPECT_THAT(slo::refused_for_rules({aligned(unit::month, 1, "2024-01-31 00:00:00")}),
              ElementsAre(HasSubstr("day 31")));
  EXPECT_THAT(slo::refused_for_rules({aligned(unit::day, 1, "2024-01-01 00:07:00")}),
              ElementsAre(HasSubstr("quarter of an hour")));
}

TEST(refused_for_rules, slices_of_composites_are) {
  auto member = example();
  member.id = "web-1";
  member.slices = slo::time_slices{5, {}};
  auto whole = example();
  whole.members = {{"web-1", {1, 0}}};
  EXPECT_THAT(slo::refused_for_rules({member, whole}),
              ElementsAre(HasSubstr("composites of time")));
}

TEST(refused_for_rules, long_slices_and_odd_lookbacks_are) {
  auto o = example();
  o.slices = slo::time_slices{5 * 1440, {}};
  EXPECT_THAT(slo::refused_for_rules({o}), ElementsAre(HasSubstr("at most 3d")));
  o.slices.reset();
  o.policies.resize(1);
  o.policies[0].lookback_minutes = 4 * 1440 + 1;
  EXPECT_THAT(slo::refused_for_rules({o}), ElementsAre(HasSubstr("whole hours")));
}

TEST(calendar_step, is_finer_where_midnight_is_at_no_whole_hour) {
  EXPECT_EQ(calendar_step(aligned(unit::day).period), 60);
  EXPECT_EQ(calendar_step(aligned(unit::day, 1, "2024-01-01 00:00:00", "Asia/Kolkata").period), 30);
  EXPECT_EQ(calendar_step(aligned(unit::day, 1, "2024-01-01 00:00:00", "Asia/Kathmandu").period),
            15);
}

TEST(zone_changes, begin_with_the_offset_of_2024_and_reach_2037) {
  const auto berlin = slo::zone_changes("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(berlin->front().offset_seconds, 3600);
  ASSERT_GE(berlin->size(), 29u);
  EXPECT_EQ(berlin->at(1).from, 1711846800);  // 2024-03-31 01:00 UTC
  EXPECT_EQ(berlin->at(1).offset_seconds, 7200);
  EXPECT_EQ(berlin->back().from, 2140045200);  // 2037-10-25 01:00 UTC
  EXPECT_FALSE(slo::zone_changes("Mars/Olympus"));
}

TEST(local_seconds, adds_each_change_from_its_instant_on) {
  EXPECT_EQ(slo::local_seconds("UTC"), "time() - 1");
  EXPECT_EQ(slo::local_seconds("Asia/Tokyo"), "time() - 1 + 32400");
  EXPECT_THAT(
      *slo::local_seconds("Europe/Berlin"),
      testing::StartsWith("time() - 1 + 3600 + 3600\n  * (time() > bool 1711846800) - 3600"));
}

/// What the rule's text gives at an instant: numbers that are added, each from its instant on.
long evaluated(const std::string& expression, std::int64_t now) {
  static const std::regex term(R"(([+-]) (\d+)(?:\s+\* \(time\(\) > bool (\d+)\))?)");
  long sum = static_cast<long>(now);
  for (auto at = std::sregex_iterator(expression.begin(), expression.end(), term);
       at != std::sregex_iterator(); ++at) {
    if ((*at)[3].matched && now <= std::stoll((*at)[3])) continue;
    sum += ((*at)[1] == "-" ? -1 : 1) * std::stol((*at)[2]);
  }
  return sum;
}

TEST(local_seconds, are_those_of_the_zone_before_at_and_after_each_change) {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                           "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Casablanca"}) {
    const auto zone = slo::find_time_zone(name);
    ASSERT_TRUE(zone) << name;
    const auto expression = slo::local_seconds(name);
    const auto changes = slo::zone_changes(name);
    for (const auto& change : *changes) {
      for (const std::int64_t now :
           {change.from, change.from + 1, change.from + 2, change.from + 86400}) {
        if (now <= 1704067200) continue;
        EXPECT_EQ(evaluated(*expression, now), now - 1 + zone->offset_minutes(now - 1) * 60L)
            << name << " at " << now;
      }
    }
  }
}

TEST(alert_windows_of, slices_round_windows_up_and_drop_what_is_shorter) {
  auto o = example();
  o.slices = slo::time_slices{60, {}};
  auto windows = alert_windows_of(o);
  ASSERT_EQ(windows.size(), 4u);
  EXPECT_EQ(windows[0].short_minutes, 60);
  o.slices->minutes = 6 * 60;
  windows = alert_windows_of(o);
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(windows[0].long_minutes, 360);
  EXPECT_EQ(windows[0].short_minutes, 360);
  o.slices->minutes = 7;
  EXPECT_EQ(alert_windows_of(o).back().long_minutes, 4319);
}

}  // namespace
