#include "slo/commands/time_text.hpp"

#include <gtest/gtest.h>

namespace {

using slo::parse_time;

TEST(time_text, reads_unix_seconds) {
  EXPECT_EQ(parse_time("0"), 0);
  EXPECT_EQ(parse_time("1700000000.25"), 1700000000250);
}

TEST(time_text, reads_rfc_3339) {
  EXPECT_EQ(parse_time("2026-01-31T10:00:00Z"), 1769853600000);
  EXPECT_EQ(parse_time("2026-01-31T10:00:00.500Z"), 1769853600500);
  EXPECT_EQ(parse_time("2026-01-31T12:00:00+02:00"), 1769853600000);
  EXPECT_EQ(parse_time("2026-01-31T04:30:00-05:30"), 1769853600000);
}

TEST(time_text, refuses_everything_else) {
  for (const char* wrong :
       {"", "now", "-5", "2026-01-31", "2026-01-31T10:00:00", "2026-13-01T10:00:00Z",
        "2026-01-31T10:00:00+2", "1e99", "12s", "2026-01-31T10:00:00Zx", "nan"}) {
    EXPECT_FALSE(parse_time(wrong)) << wrong;
  }
}

TEST(time_text, writes_what_it_reads) {
  EXPECT_EQ(slo::format_time(1769853600500), "2026-01-31T10:00:00Z");
}

TEST(time_text, spans_for_people) {
  EXPECT_EQ(slo::format_span(45), "45 s");
  EXPECT_EQ(slo::format_span(119), "119 s");
  EXPECT_EQ(slo::format_span(600), "10 min");
  EXPECT_EQ(slo::format_span(3.5 * 3600), "3.5 h");
  EXPECT_EQ(slo::format_span(28 * 86400), "28 d");
}

}  // namespace
