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

TEST(to_json, a_security_that_has_no_score_says_null) {
  EXPECT_TRUE(api::to_json(apple, std::nullopt).ends_with(R"("currency":"USD","score":null})"));
}

TEST(to_json, a_score_of_its_own_begins_with_the_isin) {
  EXPECT_EQ(api::to_json(its_score), R"({"isin":"US0378331005","value":71.2,"scale":"0-100",)"
                                     R"("as_of":"2026-01-01T00:00:00Z","illustrative":true})");
}

TEST(to_json, a_page_ends_with_null_or_with_the_way_on) {
  EXPECT_EQ(api::to_json(std::vector<api::security>{}, std::vector<api::score>{}, ""),
            R"({"items":[],"next":null})");
  EXPECT_TRUE(api::to_json({apple, apple}, std::vector<api::score>{}, "/v1/securities?limit=2")
                  .ends_with(R"(],"next":"/v1/securities?limit=2"})"));
}

TEST(to_json, each_item_of_a_page_has_its_own_score_and_no_other) {
  const auto with_isin = [](const char* isin) {
    api::security s = apple;
    s.isin = isin;
    return s;
  };
  const auto scored = [](const char* isin, const char* value) {
    api::score s = its_score;
    s.isin = isin;
    s.value = value;
    return s;
  };
  // A score of none of them lies between two that have one, and one has none.
  const auto page = api::parse_json(
      api::to_json({with_isin("A"), with_isin("C"), with_isin("D"), with_isin("E")},
                   {scored("A", "1"), scored("B", "2"), scored("D", "4"), scored("E", "5")}, ""));
  ASSERT_TRUE(page);
  std::vector<std::string> values;
  for (const auto& item : page->find("items")->items) {
    const auto* value = item.find("score")->find("value");
    values.push_back(value ? value->text : item.find("score")->kind_name());
  }
  EXPECT_EQ(values, (std::vector<std::string>{"1", "null", "4", "5"}));
}

TEST(to_json, scores_come_with_those_that_are_missing) {
  EXPECT_EQ(api::to_json({its_score}, std::vector<std::string>{"X\"", "Y"}),
            "{\"items\":[" + api::to_json(its_score) + R"(],"missing":["X\"","Y"]})");
  EXPECT_EQ(api::to_json(std::vector<api::score>{}, std::vector<std::string>{}),
            R"({"items":[],"missing":[]})");
}

TEST(to_json, what_is_sent_to_the_scores_api_keeps_its_digits) {
  EXPECT_EQ(api::value_to_json("71.20"), R"({"value":71.20})");
  EXPECT_EQ(api::to_json(std::vector<api::new_score>{{"A", "1.50"}, {"B", "2"}}),
            R"({"items":[{"isin":"A","value":1.50},{"isin":"B","value":2}]})");
}

TEST(to_json, a_stored_message_is_given_as_it_is) {
  EXPECT_EQ(api::to_json(api::stored_message{"id", "to\"pic", R"({"n": 1.50})", "then", "later"}),
            R"({"transaction_id":"id","topic":"to\"pic","message":{"n": 1.50},)"
            R"("status":"stored","accepted_at":"then","stored_at":"later"})");
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

TEST(parse_score, lets_members_be_that_it_does_not_know) {
  std::string text = api::to_json(its_score);
  text.insert(1, R"("more":[1],)");
  EXPECT_TRUE(api::parse_score(text));
}

TEST(parse_score, takes_nothing_of_another_type) {
  for (const char* text : {R"({"isin":1,"value":1,"as_of":"x","illustrative":true})",
                           R"({"isin":"A","value":"1","as_of":"x","illustrative":true})",
                           R"({"isin":"A","value":1,"as_of":1,"illustrative":true})",
                           R"({"isin":"A","value":1,"as_of":"x","illustrative":1})", "[]"})
    EXPECT_FALSE(api::parse_score(text)) << text;
}

TEST(parse_scores, reads_what_was_written) {
  const auto text = api::to_json({its_score, its_score}, std::vector<std::string>{"X"});
  const auto parsed = api::parse_scores(text);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 2u);
  EXPECT_EQ(parsed->back().value, "71.2");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(api::parse_scores(text.substr(0, size))) << size;
}

TEST(parse_scores, one_that_is_none_spoils_the_list) {
  EXPECT_FALSE(api::parse_scores(R"({"items":[{}]})"));
  EXPECT_FALSE(api::parse_scores(R"({"items":{}})"));
  EXPECT_FALSE(api::parse_scores(R"({})"));
}

}  // namespace
