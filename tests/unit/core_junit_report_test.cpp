#include "core/junit_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;

TEST(junit_report, counts_its_cases_and_tells_what_is_undecided_from_what_is_skipped) {
  core::junit_suite suite("checks");
  suite.passed("fine", 0.5);
  suite.failed("broken", 0.25, {"kind", "why", "all of it"});
  suite.undecided("open", {"inconclusive", "too little", ""});
  suite.skipped("left out");
  suite.property("own", "1");
  suite.say("books");
  const auto xml =
      core::junit_xml({suite}, {"pack", "host", "2026-01-31T10:00:00", {{"of", "all"}}});
  EXPECT_THAT(xml, HasSubstr("name=\"checks\" package=\"pack\" hostname=\"host\" "
                             "timestamp=\"2026-01-31T10:00:00\" tests=\"4\" failures=\"1\" "
                             "errors=\"1\" skipped=\"1\" time=\"0.750000\">"));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"kind\" message=\"why\">all of it</failure>"));
  EXPECT_THAT(xml, HasSubstr("<error type=\"inconclusive\" message=\"too little\"></error>"));
  EXPECT_THAT(xml, HasSubstr("<skipped/>"));
  EXPECT_THAT(xml, HasSubstr("<property name=\"of\" value=\"all\"/>\n"
                             "      <property name=\"own\" value=\"1\"/>"));
  EXPECT_THAT(xml, HasSubstr("<system-out>books</system-out>"));
}

TEST(junit_report, contains_no_markup_of_others) {
  core::junit_suite suite("<a>");
  suite.failed("\"b\"", 0, {"c&d", "]]>", std::string_view("\x01", 1)});
  const auto xml = core::junit_xml({suite}, {});
  EXPECT_THAT(xml, HasSubstr("name=\"&lt;a&gt;\""));
  EXPECT_THAT(xml, HasSubstr("name=\"&quot;b&quot;\""));
  EXPECT_THAT(xml, HasSubstr("type=\"c&amp;d\" message=\"]]&gt;\""));
  EXPECT_EQ(xml.find('\x01'), std::string::npos);
}

}  // namespace
