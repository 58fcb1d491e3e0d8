#include "probe/format/pattern.hpp"

#include <gtest/gtest.h>

namespace {

std::optional<std::string> found(const char* expression, std::string_view text) {
  std::string why;
  const auto p = probe::pattern::compile(expression, why);
  return p ? p->find(text) : std::optional<std::string>("invalid");
}

TEST(pattern, matches_anywhere_unless_anchored) {
  EXPECT_TRUE(found("b+", "abba"));
  EXPECT_FALSE(found("^b+", "abba"));
}

TEST(pattern, gives_the_first_group_or_the_whole_match) {
  EXPECT_EQ(found("id=(\\d+)", "x id=42 y"), "42");
  EXPECT_EQ(found("id=\\d+", "x id=42 y"), "id=42");
}

TEST(pattern, says_why_it_is_none) {
  std::string why;
  EXPECT_FALSE(probe::pattern::compile("(a", why));
  EXPECT_FALSE(why.empty());
}

TEST(pattern, gives_up_where_others_exhaust_the_stack) {
  const std::string body(200'000, 'a');
  EXPECT_FALSE(found("^(a|a|aa)+$", body + "!"));
  EXPECT_TRUE(found("a*$", body));
}

}  // namespace
