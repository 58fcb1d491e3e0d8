#include "api/http/json.hpp"

#include <gtest/gtest.h>

namespace {

std::string round_trip(std::string_view text) {
  const auto parsed = api::parse_json(text);
  return parsed ? parsed->to_string()
                : "error: " + parsed.error().pointer + " " + parsed.error().what;
}

TEST(json, numbers_keep_every_digit) {
  const std::string text =
      R"([71.20,1e3,-0,0.1,12345678901234567890123,3.141592653589793238462643])";
  EXPECT_EQ(round_trip(text), text);
}

TEST(json, structure_order_and_strings_survive) {
  EXPECT_EQ(round_trip(" { \"b\" : [ true , null , {} ] , \"a\" : \"\\u00e9\\n\\\"\" } "),
            "{\"b\":[true,null,{}],\"a\":\"é\\n\\\"\"}");
}

TEST(json, a_member_named_twice_is_refused_with_its_pointer) {
  const auto parsed = api::parse_json(R"({"a":{"x/y":1,"x/y":2}})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().pointer, "/a/x~1y");
  EXPECT_FALSE(parsed.error().syntax);
}

TEST(json, u0000_and_numbers_out_of_range_are_refused_where_they_stand) {
  EXPECT_EQ(api::parse_json(R"({"a":[1,"x\u0000"]})").error().pointer, "/a/1");
  EXPECT_EQ(api::parse_json(R"({"a":[1,1e400]})").error().pointer, "/a/1");
  EXPECT_FALSE(api::parse_json(R"({"a\u0000":1})"));
}

TEST(json, nesting_has_a_limit) {
  const std::string deep = std::string(32, '[') + std::string(32, ']');
  EXPECT_TRUE(api::parse_json(deep));
  EXPECT_FALSE(api::parse_json("[" + deep + "]"));
}

TEST(json, every_prefix_of_a_document_is_a_syntax_error) {
  const std::string text = R"({"topic":"é","message":[1.5,{"a":null}]})";
  ASSERT_TRUE(api::parse_json(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto parsed = api::parse_json(text.substr(0, size));
    ASSERT_FALSE(parsed) << size;
    EXPECT_TRUE(parsed.error().syntax);
  }
}

struct bad_json {
  const char* name;
  const char* text;
};
class json_syntax : public ::testing::TestWithParam<bad_json> {};

TEST_P(json_syntax, is_refused) {
  EXPECT_FALSE(api::parse_json(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    of, json_syntax,
    ::testing::Values(bad_json{"two_values", "1 2"}, bad_json{"trailing_comma", "[1,]"},
                      bad_json{"leading_zero", "01"}, bad_json{"bare_word", "yes"},
                      bad_json{"single_quotes", "'a'"}, bad_json{"comment", "/**/1"},
                      bad_json{"overlong_utf8", "\"\xC0\xAF\""},
                      bad_json{"lone_surrogate", "\"\\ud800\""},
                      bad_json{"control_character", "\"\x01\""}, bad_json{"not_a_number", "NaN"}),
    [](const auto& info) { return info.param.name; });

TEST(parse_hundredths, reads_up_to_two_decimals_exactly) {
  std::int64_t value = 0;
  EXPECT_TRUE(api::parse_hundredths("71.2", value) && value == 7120);
  EXPECT_TRUE(api::parse_hundredths("100", value) && value == 10'000);
  EXPECT_TRUE(api::parse_hundredths("0.05", value) && value == 5);
  EXPECT_TRUE(api::parse_hundredths("0.0500", value) && value == 5);
  EXPECT_TRUE(api::parse_hundredths("-0.05", value) && value == -5);
}

TEST(parse_hundredths, refuses_what_is_finer_larger_or_exponential) {
  std::int64_t value = 0;
  for (const char* text : {"0.001", "1e2", "1234567890123", "", ".", "-", "1.x"})
    EXPECT_FALSE(api::parse_hundredths(text, value)) << text;
}

}  // namespace
