#include "probe/load/load_profile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "probe/load/load_text.hpp"

namespace {

using namespace std::chrono_literals;
using probe::load_profile;

load_profile profile(const std::string& text) {
  std::string why;
  const auto stages = probe::parse_load(text, why);
  EXPECT_TRUE(stages) << why;
  return probe::profile_of(*stages);
}

TEST(load_profile, a_constant_rate_starts_at_exact_places) {
  const auto p = profile("constant:10/s:60s");
  EXPECT_EQ(p.count(), 600u);
  EXPECT_EQ(p.length(), 60s);
  for (std::uint64_t k = 0; k < 600; ++k) EXPECT_EQ(p.start(k), 100ms * k) << k;
  EXPECT_EQ(p.start(600), std::nullopt);
}

TEST(load_profile, a_rate_that_divides_no_second_does_not_drift) {
  const auto p = profile("constant:3/s:10h");
  EXPECT_EQ(p.count(), 108'000u);
  EXPECT_EQ(p.start(107'999 / 3 * 3), std::chrono::seconds(107'999 / 3));
}

// The integral of a ramp from 0 to r over T is r t² / 2T.
TEST(load_profile, a_ramp_follows_its_square) {
  const auto p = profile("linear:0/s..100/s:60s");
  EXPECT_EQ(p.count(), 3000u);
  for (std::uint64_t k = 0; k < 3000; k += 7)
    EXPECT_NEAR(core::seconds(*p.start(k)), std::sqrt(2.0 * 60 / 100 * static_cast<double>(k)),
                2e-9);
}

TEST(load_profile, steps_are_equally_high_and_long) {
  const auto p = profile("incremental:10/s..50/s:5x10s");
  EXPECT_EQ(p.length(), 50s);
  EXPECT_EQ(p.count(), 1500u);
  for (int i = 0; i < 5; ++i) {
    EXPECT_DOUBLE_EQ(p.rate(i * 10s + 5s), 10.0 + 10 * i);
    EXPECT_NEAR(p.integral((i + 1) * 10s) - p.integral(i * 10s), 100.0 + 100 * i, 1e-9);
  }
}

TEST(load_profile, a_wave_swings_between_base_and_peak) {
  const auto p = profile("wave:10/s..110/s:20s:60s");
  EXPECT_EQ(p.count(), 3600u);
  EXPECT_DOUBLE_EQ(p.rate(0s), 10);
  EXPECT_NEAR(p.rate(10s), 110, 1e-9);
  EXPECT_NEAR(p.rate(5s), 60, 1e-9);
}

TEST(load_profile, spikes_end_their_periods) {
  const auto p = profile("wave:10/s..500/s:10s/1s:30s");
  EXPECT_EQ(p.count(), 3u * (90 + 500));
  EXPECT_DOUBLE_EQ(p.rate(8900ms), 10);
  EXPECT_DOUBLE_EQ(p.rate(9100ms), 500);
  EXPECT_DOUBLE_EQ(p.rate(10100ms), 10);
}

TEST(load_profile, stages_follow_each_other_and_sums_add_up) {
  const auto p = profile("constant:5/s:10s,constant:0/s:10s,constant:5/s:10s+linear:0/s..10/s:4s");
  EXPECT_EQ(p.length(), 30s);
  EXPECT_EQ(p.count(), 50u + 50 + 20);
  EXPECT_EQ(*p.start(49), 9800ms);
  EXPECT_EQ(*p.start(50), 20s) << "nothing starts in a pause";
  EXPECT_DOUBLE_EQ(p.rate(22s), 10);
  EXPECT_DOUBLE_EQ(p.rate(25s), 5);
}

class every_shape : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(every_shape, starts_in_order_as_often_as_the_integral_says) {
  const auto p = profile(GetParam().second);
  std::vector<core::duration> starts;
  for (std::uint64_t k = 0; const auto at = p.start(k); ++k) starts.push_back(*at);
  ASSERT_EQ(starts.size(), p.count());
  ASSERT_FALSE(starts.empty());
  EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
  EXPECT_GE(starts.front(), 0s);
  EXPECT_LT(starts.back(), p.length());

  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> anywhere(0, p.length().count());
  for (int i = 0; i < 2000; ++i) {
    auto from = core::duration(anywhere(random)), to = core::duration(anywhere(random));
    if (to < from) std::swap(from, to);
    const auto count = std::lower_bound(starts.begin(), starts.end(), to) -
                       std::lower_bound(starts.begin(), starts.end(), from);
    EXPECT_NEAR(static_cast<double>(count), p.integral(to) - p.integral(from), 1.0)
        << from.count() << " to " << to.count();
    EXPECT_EQ(p.starts_until(to),
              static_cast<std::uint64_t>(std::upper_bound(starts.begin(), starts.end(), to) -
                                         starts.begin()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    load_profile, every_shape,
    testing::Values(std::pair{"constant", "constant:97/s:30s"},
                    std::pair{"seldom", "constant:7/h:24h"},
                    std::pair{"up", "linear:1/s..333/s:40s"},
                    std::pair{"down", "linear:333/s..0/s:40s"},
                    std::pair{"steps", "incremental:7/s..91/s:9x3333ms"},
                    std::pair{"one_step", "incremental:7/s..91/s:1x10s"},
                    std::pair{"wave", "wave:0/s..120/s:7s:61s"},
                    std::pair{"spikes", "wave:0.5/s..300/s:11s/300ms:100s"},
                    std::pair{"sequence", "linear:0/s..50/s:10s,constant:0/s:5s,constant:50/s:10s"},
                    std::pair{"sum", "wave:1/s..9/s:3s:40s+linear:100/s..0/s:30s"},
                    std::pair{"fast", "constant:10000/s:3s,linear:10000/s..20000/s:3s"}),
    [](const auto& info) { return info.param.first; });

struct wrong {
  const char* name;
  const char* text;
  const char* said;
};
void PrintTo(const wrong& w, std::ostream* out) {
  *out << w.name;
}

class load_text : public testing::TestWithParam<wrong> {};

TEST_P(load_text, says_what_is_wrong) {
  std::string why;
  EXPECT_FALSE(probe::parse_load(GetParam().text, why));
  EXPECT_NE(why.find(GetParam().said), std::string::npos) << why;
}

INSTANTIATE_TEST_SUITE_P(
    load_profile, load_text,
    testing::Values(wrong{"empty", "", "unknown shape \"\""},
                    wrong{"unknown", "square:1/s:1s", "constant, linear, incremental and wave"},
                    wrong{"no_rate", "constant:10:60s", "\"10\" is no rate"},
                    wrong{"negative", "constant:-1/s:60s", "is no rate"},
                    wrong{"too_fast", "constant:1000001/s:60s", "at most 1000000/s"},
                    wrong{"infinite", "constant:inf/s:60s", "is no rate"},
                    wrong{"no_unit", "constant:10/d:60s", "is no rate"},
                    wrong{"no_time", "constant:10/s:60", "is no time"},
                    wrong{"parts", "linear:1/s..2/s", "linear:RATE..RATE:FOR"},
                    wrong{"one_rate", "linear:1/s:60s", "RATE..RATE"},
                    wrong{"steps", "incremental:1/s..2/s:0x5s", "is no number of steps"},
                    wrong{"steps_without_x", "incremental:1/s..2/s:5s", "such as 5x30s"},
                    wrong{"long_spike", "wave:1/s..2/s:5s/6s:60s", "such as 30s/2s"},
                    wrong{"peak_below", "wave:3/s..2/s:5s:60s", "at least the base"},
                    wrong{"nothing", "constant:0/s:60s", "starts nothing"},
                    wrong{"second", "constant:1/s:1s,x", "in \"x\""},
                    wrong{"trailing_comma", "constant:1/s:1s,", "unknown shape"}),
    [](const auto& info) { return info.param.name; });

TEST(load_rate, is_written_and_read_in_seconds_minutes_and_hours) {
  probe::load_rate r;
  EXPECT_TRUE(probe::parse_rate("90/m", r));
  EXPECT_DOUBLE_EQ(r.per_second, 1.5);
  EXPECT_EQ(probe::format_rate(r), "1.5/s");
  EXPECT_TRUE(probe::parse_rate("3600/h", r));
  EXPECT_DOUBLE_EQ(r.per_second, 1);
  EXPECT_FALSE(probe::parse_rate("1e3/s", r));
  EXPECT_FALSE(probe::parse_rate("10/s ", r));
  EXPECT_DOUBLE_EQ(r.per_second, 1);
}

}  // namespace
