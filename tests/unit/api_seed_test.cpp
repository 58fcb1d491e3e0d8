#include "api/postgres/seed.hpp"

#include <gtest/gtest.h>

#include "api/isin.hpp"

namespace {

const std::string header = "isin,name,country,sector,currency,source\n";

TEST(parse_securities_csv, reads_plain_and_quoted_fields) {
  core::problems found;
  const auto read = api::parse_securities_csv(
      "s.csv",
      header + "US0378331005,Apple Inc.,US,Information Technology,USD,somewhere\r\n" +
          "DE0007164600,\"SAP, \"\"the\"\"\nsoftware\",DE,Information Technology,EUR,somewhere",
      found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].what.name, "Apple Inc.");
  EXPECT_EQ(read[1].what.name, "SAP, \"the\"\nsoftware");
  EXPECT_EQ(read[1].source, "somewhere");
}

TEST(parse_securities_csv, says_which_line_has_a_wrong_check_digit) {
  core::problems found;
  const auto read = api::parse_securities_csv(
      "s.csv",
      header + "US0378331005,\"A\nB\",US,X,USD,s\nUS0378331006,A,US,X,USD,s\nUS037,A,US,X,USD\n",
      found);
  EXPECT_EQ(read.size(), 1u);
  ASSERT_EQ(found.list().size(), 2u);
  EXPECT_EQ(found.list()[0].line, 4);
  EXPECT_EQ(found.list()[1].line, 5);
}

TEST(parse_securities_csv, insists_on_its_header) {
  core::problems found;
  EXPECT_TRUE(api::parse_securities_csv("s.csv", "name,isin\n", found).empty());
  EXPECT_FALSE(found.empty());
}

TEST(parse_securities_csv, no_prefix_gives_more_than_the_whole) {
  const std::string text = header + "US0378331005,\"Apple, Inc.\",US,Technology,USD,s\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    core::problems found;
    const auto read = api::parse_securities_csv("s.csv", text.substr(0, size), found);
    EXPECT_LE(read.size(), 1u);
  }
}

TEST(generated_security, says_that_it_is_made_up) {
  const auto made = api::generated_security(41);
  EXPECT_TRUE(api::valid_isin(made.what.isin));
  EXPECT_EQ(made.what.name, "Generated security 41");
  EXPECT_EQ(made.what.country, "ZZ");
  EXPECT_EQ(made.what.currency, "XXX");
  EXPECT_EQ(made.source, "generated");
}

}  // namespace
