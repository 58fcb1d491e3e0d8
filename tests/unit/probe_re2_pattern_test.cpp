#include "probe/format/re2_pattern.hpp"

#include <gtest/gtest.h>

#include "probe/format/re2_syntax.hpp"

namespace {

using probe::re2_pattern;
using outcome = re2_pattern::outcome;

re2_pattern compiled(const std::string& text) {
  std::string why;
  auto out = re2_pattern::compile(text, why);
  EXPECT_TRUE(out) << text << ": " << why;
  return out.value_or(re2_pattern());
}

std::string refused(const std::string& text) {
  std::string why;
  EXPECT_FALSE(re2_pattern::compile(text, why)) << text;
  return why;
}

bool found(const std::string& expression, std::string_view text) {
  return compiled(expression).search(text) == outcome::yes;
}

TEST(re2_pattern, a_dot_is_no_line_feed_and_anchors_are_those_of_the_text) {
  EXPECT_FALSE(found("a.b", "a\nb"));
  EXPECT_TRUE(found("(?s)a.b", "a\nb"));
  EXPECT_FALSE(found("^b", "a\nb"));
  EXPECT_TRUE(found("(?m)^b$", "a\nb\nc"));
  EXPECT_FALSE(found("a$", "a\n"));  // Perl's $ would take it
  EXPECT_TRUE(found("a$", "b\na"));
  EXPECT_TRUE(found("(?i)HELLO", "hello"));
}

TEST(re2_pattern, braces_that_repeat_nothing_are_themselves) {
  EXPECT_TRUE(found(R"({"status":\s*"ok"})", R"({"status": "ok"})"));
  EXPECT_TRUE(found("a{2}b{1,}c{0,3}", "aabccc"));
  EXPECT_TRUE(found("a{,2}", "a{,2}"));
  EXPECT_TRUE(found("x}", "x}"));
}

TEST(re2_pattern, letters_beyond_ascii_are_whole) {
  EXPECT_TRUE(found("^é+$", "éé"));
  EXPECT_TRUE(found("größe", "die größe"));
  EXPECT_FALSE(found("^é$", "éé"));
}

TEST(re2_pattern, classes_and_quotes_are_those_of_re2) {
  EXPECT_TRUE(found("[[:alpha:]]+[^0-9]", "ab-"));
  EXPECT_TRUE(found("[[]x[]]", "[x]"));
  EXPECT_TRUE(found("[]a]+", "]a"));
  EXPECT_TRUE(found(R"(\Qa.b*\E$)", "xa.b*"));
  EXPECT_FALSE(found(R"(\Qa.b\E)", "axb"));
  EXPECT_TRUE(found(R"(\x41\x{42}[\x43])", "ABC"));
  EXPECT_TRUE(found(R"(a\z)", "ba"));
}

TEST(re2_pattern, what_re2_has_not_is_refused) {
  EXPECT_NE(refused("(?=a)").find("begins no group"), std::string::npos);
  EXPECT_NE(refused("(?<!a)b").find("begins no group"), std::string::npos);
  EXPECT_NE(refused("(a)\\1").find("\\1 is nothing"), std::string::npos);
  EXPECT_NE(refused("a++").find("repetition"), std::string::npos);
  EXPECT_NE(refused("a**").find("repetition"), std::string::npos);
  EXPECT_NE(refused("\\pL").find("Unicode classes"), std::string::npos);
  EXPECT_NE(refused("[é]").find("beyond ASCII"), std::string::npos);
  EXPECT_NE(refused("\\x{263a}").find("beyond ASCII"), std::string::npos);
  EXPECT_NE(refused("(?U)a").find("begins no group"), std::string::npos);
  for (const char* broken : {"(", ")", "[a", "[[:alpha", "a\\", "*a", "\\x{", "(?P<n>", "\\y"})
    EXPECT_FALSE(refused(broken).empty()) << broken;
}

TEST(re2_pattern, lazy_repetitions_and_groups_stay) {
  re2_pattern::groups groups;
  ASSERT_EQ(compiled("<(?P<tag>.+?)>(?:x)(y*)").search("<a><b>xyy", &groups), outcome::yes);
  ASSERT_EQ(groups.all.size(), 3u);
  EXPECT_EQ(groups.all[1].text, "a><b");
  EXPECT_EQ(groups.all[1].name, "tag");
  EXPECT_EQ(groups.all[2].text, "yy");
}

TEST(re2_pattern, references_are_replaced_as_go_does) {
  re2_pattern::groups groups;
  ASSERT_EQ(compiled("PING :(?P<token>[^ ]+)( x)?").search("PING :t-7", &groups), outcome::yes);
  EXPECT_EQ(groups.expand("PONG ${1}"), "PONG t-7");
  EXPECT_EQ(groups.expand("$1 $token ${token}!"), "t-7 t-7 t-7!");
  EXPECT_EQ(groups.expand("$$1 costs $"), "$1 costs $");
  EXPECT_EQ(groups.expand("[${2}${9}${none}]"), "[]");
  EXPECT_EQ(groups.expand("$1x is none, ${1}x is"), " is none, t-7x is");
  EXPECT_EQ(groups.expand("${1 ${} $-"), "${1 ${} $-");
}

TEST(re2_pattern, one_that_explodes_is_given_up) {
  const std::string text(200'000, 'a');
  EXPECT_NE(compiled("^(a|a|aa)+$").search(text + "!"), outcome::yes);
}

TEST(re2_pattern, every_prefix_compiles_or_says_why_not) {
  const std::string whole = R"(^(?P<n>a+?|[[:alpha:]\d]{2,3})\Qx{\E(?i:é)?(?m)$\x{41})";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::string why;
    const auto out = re2_pattern::compile(whole.substr(0, size), why);
    EXPECT_TRUE(out || !why.empty()) << size;
  }
}

}  // namespace
