#include "probe/format/secret_mask.hpp"

#include <gtest/gtest.h>

namespace {

constexpr const char* secret = "a/b+c \"d\"\\&1234";

struct spelling_case {
  const char* name;
  const char* text;
};

class spelling : public testing::TestWithParam<spelling_case> {};
TEST_P(spelling, is_masked_whole) {
  probe::secret_mask mask;
  mask.add(secret);
  EXPECT_EQ(mask.apply(std::string("<") + GetParam().text + ">"), "<<secret>>");
}
INSTANTIATE_TEST_SUITE_P(
    of_a_secret, spelling,
    testing::Values(spelling_case{"as_it_is", secret},
                    spelling_case{"percent_encoded", "a%2Fb%2Bc%20%22d%22%5C%261234"},
                    spelling_case{"partly_and_in_lower_case", "a/b%2bc%20%22d\"%5c&1234"},
                    spelling_case{"as_a_form", "a%2Fb%2Bc+%22d%22%5C%261234"},
                    spelling_case{"as_json", R"(a/b+c \"d\"\\&1234)"},
                    spelling_case{"as_json_with_slashes_escaped", R"(a\/b+c \"d\"\\\u00261234)"},
                    spelling_case{"as_json_in_json", R"(a/b+c \\\"d\\\"\\\\&1234)"},
                    spelling_case{"as_json_in_a_url", R"(a%2Fb+c%20%5C%22d%5C%22%5C%5C%261234)"},
                    spelling_case{"percent_encoded_twice",
                                  "a%252Fb%252Bc%2520%2522d%2522%255C%26"
                                  "1234"},
                    spelling_case{"in_html", "a/b+c &quot;d&quot;\\&amp;1234"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(secret_mask, knows_other_letters_than_those_of_ascii) {
  probe::secret_mask mask;
  mask.add("schl\u00fcssel-\u20ac");
  for (const char* text : {"schl\u00fcssel-\u20ac", "schl%C3%BCssel-%e2%82%ac",
                           "schl\\u00fcssel-\\u20AC", "schl\\\\u00fcssel-\\\\u20ac"})
    EXPECT_EQ(mask.apply(text), "<secret>");
}

TEST(secret_mask, finds_base64_at_any_place_of_the_encoded_text) {
  probe::secret_mask mask;
  mask.add("hunter2-and-more");
  // Of "hunter2-and-more", "u:…" and "us:…"; what is left depends on what stands around it.
  EXPECT_EQ(mask.apply("Basic aHVudGVyMi1hbmQtbW9yZQ=="), "Basic <secret>Q==");
  EXPECT_EQ(mask.apply("Basic dTpodW50ZXIyLWFuZC1tb3Jl"), "Basic dTp<secret>");
  EXPECT_EQ(mask.apply("Basic dXM6aHVudGVyMi1hbmQtbW9yZQ=="), "Basic dXM6<secret>Q==");
}

TEST(secret_mask, masks_what_is_left_of_a_secret_that_was_cut) {
  probe::secret_mask mask;
  mask.add("0123456789abcdef");
  EXPECT_EQ(mask.apply("key=01234567\u2026"), "key=<secret>\u2026");
  EXPECT_EQ(mask.apply("key=0123456"), "key=0123456") << "may be an accident";
  EXPECT_EQ(mask.apply("key=%30%31%32%33%34%35%36%37"), "key=<secret>");
}

TEST(secret_mask, what_overlaps_goes_together) {
  probe::secret_mask mask;
  mask.add("a \"quoted\" key");
  mask.add("0123456789abcdef");
  // %20 could end the one, and its 0 begins the other.
  EXPECT_EQ(mask.apply("a%20%22quoted%22%20123456789abcdef"), "<secret>");
  EXPECT_EQ(mask.apply("a%20%22quoted%22%20"
                       "0123456789abcdef"),
            "<secret><secret>");
  EXPECT_EQ(mask.apply("a%20%22quoted%22%2"
                       "0123456789abcdef"),
            "<secret>");
}

TEST(secret_mask, a_short_secret_does_not_hide_the_base64_of_another) {
  probe::secret_mask mask;
  mask.add("k9");
  mask.add("body=<b>&amp;");
  EXPECT_EQ(mask.apply("YWJvZHk9PGI+JmFtcDs="), "YW<secret>s=");
}

TEST(secret_mask, many_backslashes_take_no_time) {
  probe::secret_mask mask;
  mask.add(std::string(20, '\\') + "x");
  EXPECT_EQ(mask.apply(std::string(40, '\\') + "x"), "<secret>");
  mask.add(std::string(500, '\\') + "y");
  EXPECT_EQ(mask.apply(std::string(500, '\\')), "<secret>");
}

/// JSON in JSON doubles every backslash twice, and escapes have theirs beside them.
TEST(secret_mask, a_run_of_backslashes_is_one_in_every_spelling) {
  const std::string eight(8, '\\');
  probe::secret_mask mask;
  mask.add("a" + eight + "\"\nb");
  for (const auto& text :
       {"a" + eight + "\"\nb", "a" + std::string(17, '\\') + "\"\\nb",
        "a" + std::string(35, '\\') + "\"\\\\nb", "a%5C%5c" + std::string(6, '\\') + "%22%0Ab",
        "a" + eight + "\\u0022\\u000ab"})
    EXPECT_EQ(mask.apply("<" + text + ">"), "<<secret>>") << text;
  EXPECT_EQ(mask.apply("a" + std::string(7, '\\') + "x"), "<secret>x") << "a beginning of it";
  EXPECT_EQ(mask.apply("a" + std::string(6, '\\') + "x"), "a" + std::string(6, '\\') + "x");
}

TEST(secret_mask, what_looks_like_a_spelling_of_a_backslash_may_be_the_secret_itself) {
  probe::secret_mask mask;
  mask.add(R"(\%5c\u005c\x)");
  for (const char* text : {R"(\%5c\u005c\x)", R"(\\%5c\\u005c\\x)", R"(%5c%255c%5cu005c%5cx)",
                           R"(%5C%25%35%63%5C%75%30%30%35%63%5C%78)"})
    EXPECT_EQ(mask.apply(text), "<secret>") << text;
}

}  // namespace
