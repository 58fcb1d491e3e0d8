#include "slo/model/calendar.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <set>

namespace {

using unit = slo::calendar_alignment::unit;
using slo::local_time;

slo::time_zone zone(const char* name) {
  return slo::find_time_zone(name).value();
}

/// A UTC instant from its text.
slo::unix_seconds utc(const char* text) {
  return slo::to_unix(slo::parse_local_time(text).value(), zone("UTC"));
}

std::string text(slo::unix_seconds at) {
  const auto l = slo::to_local(at, zone("UTC"));
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d:%02d", l.year, l.month, l.day, l.hour,
                l.minute, l.second);
  return out;
}

TEST(local_time, is_a_day_that_exists) {
  EXPECT_EQ(slo::parse_local_time("2024-02-29 23:59:58"), (local_time{2024, 2, 29, 23, 59, 58}));
  for (const char* wrong : {"", "2024-02-29", "2023-02-29 00:00:00", "2024-13-01 00:00:00",
                            "2024-00-01 00:00:00", "2024-01-01T00:00:00", "2024-01-01 24:00:00",
                            "2024-01-01 00:60:00", "2024-01-01 00:00:60", "2024-1-1 00:00:00",
                            "2024-01-01 00:00:00Z", "1999-12-31 00:00:00", "2038-01-01 00:00:00"}) {
    EXPECT_FALSE(slo::parse_local_time(wrong)) << wrong;
  }
}

struct offset_case {
  const char* name;
  const char* zone;
  const char* at;  ///< UTC
  int minutes;
};

class zone_offsets : public testing::TestWithParam<offset_case> {};

TEST_P(zone_offsets, are_those_of_tzdata) {
  EXPECT_EQ(zone(GetParam().zone).offset_minutes(utc(GetParam().at)), GetParam().minutes);
}

INSTANTIATE_TEST_SUITE_P(
    calendar, zone_offsets,
    testing::Values(
        offset_case{"utc", "UTC", "2024-07-01 00:00:00", 0},
        offset_case{"a_link", "US/Eastern", "2024-01-01 00:00:00", -300},
        offset_case{"second_before_spring", "Europe/Berlin", "2024-03-31 00:59:59", 60},
        offset_case{"spring", "Europe/Berlin", "2024-03-31 01:00:00", 120},
        offset_case{"second_before_autumn", "Europe/Berlin", "2024-10-27 00:59:59", 120},
        offset_case{"autumn", "Europe/Berlin", "2024-10-27 01:00:00", 60},
        offset_case{"american_spring", "America/New_York", "2024-03-10 07:00:00", -240},
        offset_case{"american_spring_of_old", "America/New_York", "2006-04-02 07:00:00", -240},
        offset_case{"quarter_hours", "Asia/Kathmandu", "2024-01-01 00:00:00", 345},
        offset_case{"half_an_hour_of_summer", "Australia/Lord_Howe", "2024-01-01 00:00:00", 660},
        offset_case{"half_an_hour_less_in_winter", "Australia/Lord_Howe", "2024-07-01 00:00:00",
                    630},
        offset_case{"a_ramadan", "Africa/Casablanca", "2024-03-15 00:00:00", 0},
        offset_case{"the_day_that_samoa_skipped", "Pacific/Apia", "2011-12-30 10:00:00", 840},
        offset_case{"before_the_tables", "Europe/Berlin", "2000-01-01 00:00:00", 60},
        offset_case{"the_last_summer", "Europe/Berlin", "2037-07-01 00:00:00", 120}),
    [](const auto& info) { return info.param.name; });

TEST(time_zone, names_are_those_of_iana) {
  const auto names = slo::time_zone_names();
  EXPECT_GT(names.size(), 590u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char* wrong : {"", "Mars/Utopia", "europe/berlin", "Europe/Berlin ", "EST6"}) {
    EXPECT_FALSE(slo::find_time_zone(wrong)) << wrong;
  }
  EXPECT_EQ(zone("Europe/Berlin").name(), "Europe/Berlin");
  EXPECT_FALSE(slo::tzdata_version().empty());
}

TEST(time_zone, knows_which_are_at_whole_hours) {
  EXPECT_TRUE(zone("Europe/Berlin").whole_hours());
  EXPECT_TRUE(zone("UTC").whole_hours());
  EXPECT_FALSE(zone("Asia/Kolkata").whole_hours());
  EXPECT_FALSE(zone("Australia/Lord_Howe").whole_hours());
}

TEST(time_zone, lists_its_changes_without_the_left_end) {
  const auto changes =
      zone("Europe/Berlin").changes(utc("2024-03-31 01:00:00"), utc("2025-03-30 01:00:00"));
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0], (slo::offset_change{utc("2024-10-27 01:00:00"), 60}));
  EXPECT_EQ(changes[1], (slo::offset_change{utc("2025-03-30 01:00:00"), 120}));
}

/// The host's own zones, when it has the same tzdata.
class host_zone {
 public:
  explicit host_zone(const std::string& name) {
    setenv("TZ", (":" + name).c_str(), 1);
    tzset();
  }
  ~host_zone() {
    unsetenv("TZ");
    tzset();
  }
  static int offset_minutes(slo::unix_seconds at) {
    const std::time_t t = at;
    std::tm local{};
    localtime_r(&t, &local);
    return static_cast<int>(local.tm_gmtoff / 60);
  }
};

TEST(time_zone, agrees_with_the_host) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no tzdata";
  const auto from = utc("2000-01-01 00:00:00");
  const auto to = utc("2037-12-31 00:00:00");
  for (const char* name :
       {"Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns",
        "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Tehran", "Africa/Casablanca", "Africa/Cairo",
        "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "America/Caracas", "UTC"}) {
    const auto ours = zone(name);
    const host_zone theirs(name);
    for (const auto& change : ours.changes(from, to)) {
      EXPECT_EQ(theirs.offset_minutes(change.at), change.offset_minutes) << name << text(change.at);
      EXPECT_EQ(theirs.offset_minutes(change.at - 1), ours.offset_minutes(change.at - 1))
          << name << text(change.at);
    }
    for (auto at = from; at < to; at += 86400) {
      ASSERT_EQ(theirs.offset_minutes(at), ours.offset_minutes(at)) << name << " " << text(at);
    }
  }
}

TEST(to_unix, a_skipped_time_is_behind_the_gap_and_a_repeated_one_the_first) {
  const auto berlin = zone("Europe/Berlin");
  EXPECT_EQ(text(slo::to_unix({2024, 3, 31, 1, 59, 59}, berlin)), "2024-03-31 00:59:59");
  EXPECT_EQ(text(slo::to_unix({2024, 3, 31, 2, 30, 0}, berlin)), "2024-03-31 01:30:00");
  EXPECT_EQ(text(slo::to_unix({2024, 3, 31, 3, 0, 0}, berlin)), "2024-03-31 01:00:00");
  EXPECT_EQ(text(slo::to_unix({2024, 10, 27, 2, 30, 0}, berlin)), "2024-10-27 00:30:00");
  EXPECT_EQ(text(slo::to_unix({2024, 10, 27, 3, 0, 0}, berlin)), "2024-10-27 02:00:00");
  // Samoa had no 30 December 2011.
  EXPECT_EQ(text(slo::to_unix({2011, 12, 30, 12, 0, 0}, zone("Pacific/Apia"))),
            "2011-12-30 22:00:00");
}

TEST(to_local, is_undone_by_to_unix_but_in_the_second_of_two_hours) {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Asia/Kathmandu"}) {
    const auto z = zone(name);
    for (auto at = utc("2024-01-01 00:00:00"); at < utc("2025-01-01 00:00:00"); at += 1800) {
      const auto again = slo::to_unix(slo::to_local(at, z), z);
      const bool repeated = z.offset_minutes(at) < z.offset_minutes(at - 3600) ||
                            z.offset_minutes(at) < z.offset_minutes(at - 1800);
      EXPECT_EQ(again, repeated ? at - 3600 : at) << name << " " << text(at);
    }
  }
}

struct period_case {
  const char* name;
  unit each;
  int count;
  const char* start;
  const char* zone;
  const char* at;  ///< UTC
  const char* from;
  const char* to;
  const char* label;
};

class calendar_periods : public testing::TestWithParam<period_case> {};

TEST_P(calendar_periods, have_these_bounds) {
  const auto& p = GetParam();
  const slo::calendar_alignment of{p.each, p.count, p.start, p.zone};
  const auto found = slo::bounds_at(of, utc(p.at));
  EXPECT_EQ(text(found.start), p.from);
  EXPECT_EQ(text(found.end), p.to);
  EXPECT_EQ(found.label, p.label);
}

constexpr const char* y2024 = "2024-01-01 00:00:00";

INSTANTIATE_TEST_SUITE_P(
    calendar, calendar_periods,
    testing::Values(
        period_case{"day", unit::day, 1, y2024, "UTC", "2024-05-05 12:00:00", "2024-05-05 00:00:00",
                    "2024-05-06 00:00:00", "2024-05-05"},
        period_case{"first_second", unit::day, 1, y2024, "UTC", "2024-05-05 00:00:00",
                    "2024-05-05 00:00:00", "2024-05-06 00:00:00", "2024-05-05"},
        period_case{"last_second", unit::day, 1, y2024, "UTC", "2024-05-04 23:59:59",
                    "2024-05-04 00:00:00", "2024-05-05 00:00:00", "2024-05-04"},
        period_case{"day_of_23_hours", unit::day, 1, y2024, "Europe/Berlin", "2024-03-31 12:00:00",
                    "2024-03-30 23:00:00", "2024-03-31 22:00:00", "2024-03-31"},
        period_case{"day_of_25_hours", unit::day, 1, y2024, "Europe/Berlin", "2024-10-27 12:00:00",
                    "2024-10-26 22:00:00", "2024-10-27 23:00:00", "2024-10-27"},
        period_case{"day_at_noon", unit::day, 1, "2020-01-21 12:30:00", "America/New_York",
                    "2024-07-01 16:29:59", "2024-06-30 16:30:00", "2024-07-01 16:30:00",
                    "2024-06-30 12:30"},
        period_case{"days_in_a_gap", unit::day, 1, "2024-01-01 02:30:00", "Europe/Berlin",
                    "2024-03-31 12:00:00", "2024-03-31 01:30:00", "2024-04-01 00:30:00",
                    "2024-03-31 02:30"},
        period_case{"three_days", unit::day, 3, y2024, "UTC", "2024-01-06 10:00:00",
                    "2024-01-04 00:00:00", "2024-01-07 00:00:00", "2024-01-04"},
        period_case{"three_days_before_the_start", unit::day, 3, y2024, "UTC",
                    "2023-12-31 10:00:00", "2023-12-29 00:00:00", "2024-01-01 00:00:00",
                    "2023-12-29"},
        period_case{"week", unit::week, 1, y2024, "UTC", "2024-02-29 10:00:00",
                    "2024-02-26 00:00:00", "2024-03-04 00:00:00", "2024-02-26"},
        period_case{"week_over_spring", unit::week, 1, y2024, "America/New_York",
                    "2024-03-10 12:00:00", "2024-03-04 05:00:00", "2024-03-11 04:00:00",
                    "2024-03-04"},
        period_case{"two_weeks", unit::week, 2, y2024, "UTC", "2024-01-16 00:00:00",
                    "2024-01-15 00:00:00", "2024-01-29 00:00:00", "2024-01-15"},
        period_case{"month", unit::month, 1, y2024, "Europe/Berlin", "2024-03-15 00:00:00",
                    "2024-02-29 23:00:00", "2024-03-31 22:00:00", "2024-03"},
        period_case{"february_of_a_leap_year", unit::month, 1, y2024, "UTC", "2024-02-29 23:00:00",
                    "2024-02-01 00:00:00", "2024-03-01 00:00:00", "2024-02"},
        period_case{"month_from_the_31st", unit::month, 1, "2024-01-31 00:00:00", "UTC",
                    "2024-03-01 00:00:00", "2024-02-29 00:00:00", "2024-03-31 00:00:00",
                    "2024-02-29"},
        period_case{"month_from_the_31st_later", unit::month, 1, "2024-01-31 00:00:00", "UTC",
                    "2024-04-30 00:00:00", "2024-04-30 00:00:00", "2024-05-31 00:00:00",
                    "2024-04-30"},
        period_case{"two_months", unit::month, 2, y2024, "UTC", "2024-04-30 00:00:00",
                    "2024-03-01 00:00:00", "2024-05-01 00:00:00", "2024-03-01"},
        period_case{"quarter", unit::quarter, 1, y2024, "UTC", "2024-12-31 23:59:59",
                    "2024-10-01 00:00:00", "2025-01-01 00:00:00", "2024-Q4"},
        period_case{"fiscal_quarter", unit::quarter, 1, "2024-02-01 00:00:00", "UTC",
                    "2024-06-01 00:00:00", "2024-05-01 00:00:00", "2024-08-01 00:00:00",
                    "2024-05-01"},
        period_case{"year", unit::year, 1, y2024, "Asia/Kathmandu", "2024-12-31 18:14:59",
                    "2023-12-31 18:15:00", "2024-12-31 18:15:00", "2024"},
        period_case{"fiscal_year", unit::year, 1, "2020-04-01 00:00:00", "UTC",
                    "2024-03-31 00:00:00", "2023-04-01 00:00:00", "2024-04-01 00:00:00",
                    "2023-04-01"},
        period_case{"year_from_a_leap_day", unit::year, 1, "2024-02-29 00:00:00", "UTC",
                    "2025-03-01 00:00:00", "2025-02-28 00:00:00", "2026-02-28 00:00:00",
                    "2025-02-28"}),
    [](const auto& info) { return info.param.name; });

TEST(calendar_periods, follow_each_other_without_gaps_for_38_years) {
  for (const char* name : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
                           "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"}) {
    for (const auto each : {unit::day, unit::week, unit::month, unit::quarter, unit::year}) {
      const slo::calendar_alignment of{each, 1, "2020-01-31 02:30:00", name};
      auto period = slo::bounds_at(of, utc("2000-01-01 00:00:00"));
      for (int n = 0; period.start < utc("2037-12-01 00:00:00"); ++n) {
        ASSERT_LT(period.start, period.end) << name << " " << text(period.start);
        const auto next = slo::next_period(of, period);
        ASSERT_EQ(next.start, period.end) << name << " " << text(period.start);
        ASSERT_EQ(slo::previous_period(of, next), period) << name << " " << text(period.start);
        period = next;
      }
    }
  }
}

TEST(slice_start, is_aligned_to_the_epoch_or_to_the_period) {
  EXPECT_EQ(slo::slice_start(61, 1, std::nullopt), 60);
  EXPECT_EQ(slo::slice_start(299, 5, std::nullopt), 0);
  EXPECT_EQ(slo::slice_start(-1, 5, std::nullopt), -300);
  const slo::calendar_alignment noon{unit::day, 1, "2024-01-01 12:10:00", "UTC"};
  EXPECT_EQ(text(slo::slice_start(utc("2024-01-02 12:09:59"), 60, noon)), "2024-01-02 11:10:00");
  EXPECT_EQ(text(slo::slice_start(utc("2024-01-02 12:10:00"), 60, noon)), "2024-01-02 12:10:00");
}

}  // namespace
