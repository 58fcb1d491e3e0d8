#include "core/http_date.hpp"

#include <gtest/gtest.h>

namespace {

TEST(http_date, is_written_as_the_standard_has_it) {
  core::http_date date;
  EXPECT_EQ(date.at(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date.at(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(http_date, changes_with_the_second) {
  core::http_date date;
  EXPECT_EQ(date.at(1), "Thu, 01 Jan 1970 00:00:01 GMT");
  EXPECT_EQ(date.at(1), "Thu, 01 Jan 1970 00:00:01 GMT");
  EXPECT_EQ(date.at(2), "Thu, 01 Jan 1970 00:00:02 GMT");
  EXPECT_EQ(date.now().size(), 29u);
}

}  // namespace
