#include "api/http/representations.hpp"

#include <gtest/gtest.h>

namespace {

const api::security apple{"US0378331005", "Apple \"Inc.\"", "US", "Information Technology", "USD"};
const api::score its_score{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};

TEST(to_json, a_security_with_its_score) {
  EXPECT_EQ(api::to_json(apple, its_score),
            R"({"isin":"US0378331005","name":"Apple \"Inc.\"","country":"US",)"
            R"("sector":"Information Technology","currency":"USD","score":{"value":71.2,)"
            R"("scale":"0-100","as_of":"2026-01-01T00:00:00Z","illustrative":true}})");
}

TEST(to_json, a_page_ends_with_null) {
  EXPECT_EQ(api::to_json(std::vector<api::security>{}, ""), R"({"items":[],"next":null})");
  EXPECT_TRUE(api::to_json({apple, apple}, "/v1/securities?limit=2")
                  .ends_with(R"(],"next":"/v1/securities?limit=2"})"));
}

TEST(parse_score, reads_what_was_written_to_the_digit) {
  const auto parsed = api::parse_score(api::to_json(its_score));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value, "71.2");
  EXPECT_EQ(parsed->as_of, its_score.as_of);
  EXPECT_TRUE(parsed->illustrative);
}

TEST(parse_score, takes_no_prefix_of_it) {
  const std::string text = api::to_json(its_score);
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(api::parse_score(text.substr(0, size)));
}

TEST(parse_new_message, keeps_the_message_verbatim) {
  const auto parsed =
      api::parse_new_message(R"({"topic":"notes","message":{"n":71.20,"x":[ 1e3 ]}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->topic, "notes");
  EXPECT_EQ(parsed->message, R"({"n":71.20,"x":[1e3]})");
}

TEST(parse_new_message, takes_a_score) {
  EXPECT_TRUE(api::parse_new_message(
      R"({"topic":"scores","message":{"isin":"US0378331005","value":71.25}})"));
}

struct refused {
  const char* name;
  const char* body;
  const char* pointer;
};
class new_message : public ::testing::TestWithParam<refused> {};

TEST_P(new_message, is_refused_with_a_pointer_to_what_is_wrong) {
  const auto parsed = api::parse_new_message(GetParam().body);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().pointer, GetParam().pointer) << parsed.error().what;
  EXPECT_FALSE(parsed.error().what.empty());
}

INSTANTIATE_TEST_SUITE_P(
    with, new_message,
    ::testing::Values(
        refused{"no_object", "[]", ""}, refused{"no_topic", R"({"message":1})", "/topic"},
        refused{"empty_topic", R"({"topic":"","message":1})", "/topic"},
        refused{"topic_of_wrong_type", R"({"topic":1,"message":1})", "/topic"},
        refused{"no_message", R"({"topic":"a"})", "/message"},
        refused{"unknown_member", R"({"topic":"a","message":1,"to~pic":2})", "/to~0pic"},
        refused{"score_no_object", R"({"topic":"scores","message":1})", "/message"},
        refused{"score_without_isin", R"({"topic":"scores","message":{"value":1}})",
                "/message/isin"},
        refused{"score_with_bad_check_digit",
                R"({"topic":"scores","message":{"isin":"US0378331006","value":1}})",
                "/message/isin"},
        refused{"score_too_large",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":100.01}})",
                "/message/value"},
        refused{"score_too_fine",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":1.001}})",
                "/message/value"},
        refused{"score_as_string",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":"1"}})",
                "/message/value"},
        refused{"score_with_more",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":1,"x":1}})",
                "/message/x"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
