#include "slo/model/decimal.hpp"

#include <gtest/gtest.h>

namespace {

using slo::decimal;

std::string text(const std::optional<decimal>& d) {
  return d ? d->to_string() : "none";
}

TEST(decimal, keeps_what_was_written_without_trailing_zeros) {
  EXPECT_EQ(text(decimal::parse("0.995")), "0.995");
  EXPECT_EQ(text(decimal::parse("99.50")), "99.5");
  EXPECT_EQ(text(decimal::parse("0.000001")), "0.000001");
  EXPECT_EQ(text(decimal::parse("-12")), "-12");
  EXPECT_EQ(text(decimal::parse("100")), "100");
}

TEST(decimal, refuses_what_is_no_plain_decimal) {
  for (const char* wrong :
       {"", "-", ".5", "5.", "1e3", " 1", "1 ", "0x1", "1.2.3", "nan", "1,5", "1234567890123456"}) {
    EXPECT_EQ(text(decimal::parse(wrong)), "none") << wrong;
  }
}

TEST(decimal, complement_has_no_binary_noise) {
  EXPECT_EQ(decimal::parse("0.999")->complement().to_string(), "0.001");
  EXPECT_EQ(decimal::parse("0.9995")->complement().to_string(), "0.0005");
  EXPECT_EQ(decimal::parse("0.9")->complement().to_string(), "0.1");
}

TEST(decimal, percent_moves_the_point) {
  EXPECT_EQ(decimal::parse("99.5")->percent(), *decimal::parse("0.995"));
}

TEST(decimal, times_rounds_to_nearest) {
  EXPECT_EQ(decimal(2, 2).times(28 * 24, 1, 4).to_string(), "13.44");
  EXPECT_EQ(decimal(1, 1).times(28, 3, 4).to_string(), "0.9333");
  EXPECT_EQ(decimal(2, 0).times(1, 3, 4).to_string(), "0.6667");
}

TEST(decimal, to_double_is_the_nearest_double) {
  EXPECT_EQ(decimal::parse("0.995")->to_double(), 0.995);
  EXPECT_EQ(decimal::parse("13.44")->to_double(), 13.44);
}

}  // namespace
