#include "api/isin.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

TEST(isin, real_ones_are_valid) {
  for (const char* real : {"US0378331005", "DE0007164600", "FR0000120271", "GB00BH4HKS39",
                           "CH0198251305", "DE000SYM9999"})
    EXPECT_TRUE(api::valid_isin(real)) << real;
}

TEST(isin, every_wrong_check_digit_is_refused) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    const std::string isin = std::string("US037833100") + digit;
    EXPECT_EQ(api::valid_isin(isin), digit == '5') << isin;
  }
}

TEST(isin, every_prefix_and_anything_longer_is_refused) {
  const std::string isin = "US0378331005";
  for (std::size_t size = 0; size < isin.size(); ++size)
    EXPECT_FALSE(api::valid_isin(isin.substr(0, size)));
  EXPECT_FALSE(api::valid_isin(isin + "5"));
}

TEST(isin, only_capitals_and_digits_in_their_places) {
  EXPECT_FALSE(api::valid_isin("us0378331005"));
  EXPECT_FALSE(api::valid_isin("U10378331005"));
  EXPECT_FALSE(api::valid_isin("US03783310 5"));
  EXPECT_FALSE(api::valid_isin("US037833100A"));
}

TEST(isin, generated_ones_are_valid_ascending_and_never_real) {
  std::string before;
  for (std::uint32_t number : {0u, 1u, 9u, 10u, 999u, 1000u, 999'999u, 999'999'999u}) {
    const std::string isin = api::generated_isin(number);
    EXPECT_TRUE(api::valid_isin(isin)) << isin;
    EXPECT_EQ(isin.substr(0, 2), "ZZ");
    EXPECT_LT(before, isin);
    before = isin;
  }
}

TEST(illustrative_score, depends_on_the_isin_only_and_stays_within_bounds) {
  std::set<int> seen;
  for (std::uint32_t number = 0; number < 10'000; ++number) {
    const int score = api::illustrative_score_hundredths(api::generated_isin(number));
    EXPECT_GE(score, 0);
    EXPECT_LE(score, 10'000);
    EXPECT_EQ(score, api::illustrative_score_hundredths(api::generated_isin(number)));
    seen.insert(score);
  }
  EXPECT_GT(seen.size(), 5'000u);  // spread, not a handful of values
}

}  // namespace
