#include "probe/format/status_set.hpp"

#include <gtest/gtest.h>

namespace {

using probe::status_set;

TEST(status_set, holds_codes_classes_and_ranges) {
  status_set s;
  ASSERT_TRUE(s.add("404") && s.add("2xx") && s.add("300-302"));
  for (const int in : {404, 200, 299, 300, 302}) EXPECT_TRUE(s.contains(in)) << in;
  for (const int out : {199, 303, 405, 0}) EXPECT_FALSE(s.contains(out)) << out;
  EXPECT_EQ(s.text(), "404, 2xx, 300-302");
}

TEST(status_set, refuses_what_is_no_status) {
  status_set s;
  for (const char* text : {"", "20", "2000", "099", "600", "6xx", "0xx", "xxx", "2x", "204-200",
                           "200-", "-200", "200-2xx", "+20", "2XX"})
    EXPECT_FALSE(s.add(text)) << text;
  EXPECT_TRUE(s.empty());
}

TEST(status_set, success_is_any_2xx) {
  EXPECT_TRUE(status_set::success().contains(204));
  EXPECT_FALSE(status_set::success().contains(304));
}

}  // namespace
