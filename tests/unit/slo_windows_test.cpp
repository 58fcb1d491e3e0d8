#include "slo/model/windows.hpp"

#include <gtest/gtest.h>

namespace {

constexpr long day = 24 * 60;

std::string factors(long period) {
  std::string out;
  for (const auto& w : slo::alert_windows(period)) {
    out += (out.empty() ? "" : " ") + w.factor.to_string();
  }
  return out;
}

TEST(burn_rate, page_window_of_30_days_is_14_4) {
  EXPECT_EQ(factors(30 * day), "14.4 6 3 1");
}

TEST(burn_rate, factors_scale_with_the_period) {
  EXPECT_EQ(factors(90 * day), "43.2 18 9 3");
}

TEST(burn_rate, a_factor_below_one_is_raised_to_one) {
  EXPECT_EQ(factors(28 * day), "13.44 5.6 2.8 1");
}

TEST(burn_rate, short_periods_have_larger_shares) {
  EXPECT_EQ(factors(7 * day), "13.44 3.5 1.4 1");
}

TEST(burn_rate, windows_that_do_not_fit_are_left_out) {
  EXPECT_EQ(slo::alert_windows(day).size(), 2u);
  EXPECT_EQ(slo::recorded_windows(day), (std::vector<long>{5, 30, 60, 120, 360, day}));
}

TEST(burn_rate, recorded_windows_are_those_of_the_alerts_and_the_period) {
  EXPECT_EQ(slo::recorded_windows(28 * day),
            (std::vector<long>{5, 30, 60, 120, 360, day, 3 * day, 28 * day}));
}

TEST(severity, pages_are_critical) {
  const auto windows = slo::alert_windows(28 * day);
  EXPECT_STREQ(to_label(windows.front().level), "critical");
  EXPECT_STREQ(to_label(windows.back().level), "warning");
}

}  // namespace
