#include "api/http/request_bodies.hpp"

#include <gtest/gtest.h>

#include "api/isin.hpp"

namespace {

using pointers = std::vector<std::string>;

template <class T>
pointers where(const api::parsed<T>& parsed) {
  pointers found;
  if (parsed) return found;
  for (const auto& e : parsed.error()) found.push_back(e.pointer);
  return found;
}

TEST(parse_new_message, keeps_the_message_verbatim) {
  const auto parsed =
      api::parse_new_message(R"({"topic":"notes","message":{"n":71.20,"x":[ 1e3 ]}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->topic, "notes");
  EXPECT_EQ(parsed->message, R"({"n":71.20,"x":[1e3]})");
}

TEST(parse_new_message, takes_any_value_as_a_message) {
  for (const char* message : {"null", "false", "1", "\"\"", "[]", "{}"}) {
    const auto parsed =
        api::parse_new_message(std::string(R"({"topic":"a","message":)") + message + "}");
    ASSERT_TRUE(parsed) << message;
    EXPECT_EQ(parsed->message, message);
  }
}

TEST(parse_new_message, takes_a_score) {
  const auto parsed = api::parse_new_message(
      R"({"topic":"scores","message":{"isin":"US0378331005","value":71.25}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->message, R"({"isin":"US0378331005","value":71.25})");
}

TEST(parse_new_message, counts_the_bytes_of_a_topic_not_its_characters) {
  const auto of = [](const std::string& topic) {
    return api::parse_new_message("{\"topic\":\"" + topic + "\",\"message\":1}").has_value();
  };
  EXPECT_TRUE(of(std::string(200, 'a')));
  EXPECT_FALSE(of(std::string(201, 'a')));
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  EXPECT_TRUE(of(umlauts));
  EXPECT_FALSE(of(umlauts + "a"));
}

TEST(parse_new_message, says_everything_that_is_wrong_at_once) {
  EXPECT_EQ(where(api::parse_new_message(R"({"b":1,"a":2})")),
            (pointers{"/b", "/a", "/topic", "/message"}));
  EXPECT_EQ(where(api::parse_new_message(
                R"({"topic":"scores","message":{"isin":"x","value":"1","more":1},"a":1})")),
            (pointers{"/a", "/message/more", "/message/isin", "/message/value"}));
}

TEST(parse_new_message, a_text_that_is_no_json_is_one_error_of_syntax) {
  const std::string text = R"({"topic":"notes","message":[1,"ü"]})";
  ASSERT_TRUE(api::parse_new_message(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto parsed = api::parse_new_message(text.substr(0, size));
    ASSERT_FALSE(parsed) << size;
    ASSERT_EQ(parsed.error().size(), 1u) << size;
    EXPECT_TRUE(parsed.error().front().syntax) << size;
  }
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
  ASSERT_EQ(parsed.error().size(), 1u);
  EXPECT_EQ(parsed.error().front().pointer, GetParam().pointer);
  EXPECT_FALSE(parsed.error().front().what.empty());
  EXPECT_FALSE(parsed.error().front().syntax);
}

INSTANTIATE_TEST_SUITE_P(
    with, new_message,
    ::testing::Values(
        refused{"no_topic", R"({"message":1})", "/topic"},
        refused{"empty_topic", R"({"topic":"","message":1})", "/topic"},
        refused{"topic_of_wrong_type", R"({"topic":1,"message":1})", "/topic"},
        refused{"no_message", R"({"topic":"a"})", "/message"},
        refused{"unknown_member", R"({"topic":"a","message":1,"to~pic":2})", "/to~0pic"},
        refused{"member_there_twice", R"({"topic":"a","message":1,"topic":"b"})", "/topic"},
        refused{"u0000", R"({"topic":"a","message":["\u0000"]})", "/message/0"},
        refused{"score_no_object", R"({"topic":"scores","message":1})", "/message"},
        refused{"score_without_isin", R"({"topic":"scores","message":{"value":1}})",
                "/message/isin"},
        refused{"score_with_bad_check_digit",
                R"({"topic":"scores","message":{"isin":"US0378331006","value":1}})",
                "/message/isin"},
        refused{"score_without_value", R"({"topic":"scores","message":{"isin":"US0378331005"}})",
                "/message/value"},
        refused{"score_too_large",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":100.01}})",
                "/message/value"},
        refused{"score_negative",
                R"({"topic":"scores","message":{"isin":"US0378331005","value":-0.01}})",
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

TEST(parse_new_message, a_body_that_is_no_object_is_wrong_as_a_whole) {
  for (const char* body : {"[]", "1", "null", "\"topic\""})
    EXPECT_EQ(where(api::parse_new_message(body)), (pointers{""})) << body;
}

TEST(parse_published_message, means_the_topic_that_the_arn_names) {
  const auto parsed = api::parse_published_message(
      R"({"topic_arn":"arn:aws:sns:eu-west-1:123456789012:notes","message":[1.50]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->topic, "notes");
  EXPECT_EQ(parsed->message, "[1.50]");
}

TEST(parse_published_message, holds_a_score_to_the_same_rules) {
  const std::string before =
      R"({"topic_arn":"arn:aws:sns:eu-west-1:123456789012:scores","message":)";
  EXPECT_TRUE(api::parse_published_message(before + R"({"isin":"US0378331005","value":1}})"));
  EXPECT_EQ(where(api::parse_published_message(before + R"({"isin":"US0378331005"}})")),
            (pointers{"/message/value"}));
}

TEST(parse_published_message, refuses_what_is_no_arn_and_the_other_dialect) {
  EXPECT_EQ(where(api::parse_published_message(R"({"topic_arn":"notes","message":1})")),
            (pointers{"/topic_arn"}));
  EXPECT_EQ(where(api::parse_published_message(R"({"topic":"notes","message":1})")),
            (pointers{"/topic", "/topic_arn"}));
}

TEST(topic_of_arn, is_its_last_part) {
  EXPECT_EQ(api::topic_of_arn("arn:aws:sns:us-east-1:000000000000:My-topic_1"), "My-topic_1");
  EXPECT_EQ(api::topic_of_arn("arn:aws-cn:sns:cn-north-1:123456789012:a.fifo"), "a.fifo");
  const std::string before = "arn:aws:sns:us-east-1:123456789012:";
  EXPECT_EQ(api::topic_of_arn(before + std::string(200, 'a')).size(), 200u);
}

class no_topic_arn : public ::testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(no_topic_arn, names_no_topic) {
  EXPECT_EQ(api::topic_of_arn(GetParam().second), "");
}

INSTANTIATE_TEST_SUITE_P(
    with, no_topic_arn,
    ::testing::Values(
        std::pair{"nothing", std::string()}, std::pair{"a_bare_name", std::string("notes")},
        std::pair{"no_arn", std::string("urn:aws:sns:us-east-1:123456789012:a")},
        std::pair{"another_partition", std::string("arn:gcp:sns:us-east-1:123456789012:a")},
        std::pair{"another_service", std::string("arn:aws:sqs:us-east-1:123456789012:a")},
        std::pair{"no_region", std::string("arn:aws:sns::123456789012:a")},
        std::pair{"a_strange_region", std::string("arn:aws:sns:us_east:123456789012:a")},
        std::pair{"a_short_account", std::string("arn:aws:sns:us-east-1:12345678901:a")},
        std::pair{"an_account_of_letters", std::string("arn:aws:sns:us-east-1:12345678901a:a")},
        std::pair{"no_topic", std::string("arn:aws:sns:us-east-1:123456789012:")},
        std::pair{"no_topic_at_all", std::string("arn:aws:sns:us-east-1:123456789012")},
        std::pair{"only_an_ending", std::string("arn:aws:sns:us-east-1:123456789012:.fifo")},
        std::pair{"a_dot_elsewhere", std::string("arn:aws:sns:us-east-1:123456789012:a.b")},
        std::pair{"a_subscription", std::string("arn:aws:sns:us-east-1:123456789012:a:b")},
        std::pair{"a_long_topic", "arn:aws:sns:us-east-1:123456789012:" + std::string(201, 'a')}),
    [](const auto& info) { return info.param.first; });

TEST(parse_score_value, keeps_the_text_of_a_number) {
  for (const char* value : {"0", "71.2", "71.20", "100", "100.00", "0.01"}) {
    const auto parsed = api::parse_score_value(std::string("{\"value\":") + value + "}");
    ASSERT_TRUE(parsed) << value;
    EXPECT_EQ(*parsed, value);
  }
}

TEST(parse_score_value, refuses_every_other_value_and_member) {
  for (const char* value : {"-1", "100.01", "1.005", "1e1", "\"1\"", "null", "[]", "true"})
    EXPECT_EQ(where(api::parse_score_value(std::string("{\"value\":") + value + "}")),
              (pointers{"/value"}))
        << value;
  EXPECT_EQ(where(api::parse_score_value("{}")), (pointers{"/value"}));
  EXPECT_EQ(where(api::parse_score_value(R"({"value":1,"isin":"US0378331005"})")),
            (pointers{"/isin"}));
  EXPECT_EQ(where(api::parse_score_value("1")), (pointers{""}));
  EXPECT_TRUE(api::parse_score_value("{").error().front().syntax);
}

std::string rows(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += "{\"isin\":\"" + api::generated_isin(static_cast<std::uint32_t>(i)) + "\",\"value\":1}";
  }
  return "{\"items\":[" + text + "]}";
}

TEST(parse_score_batch, takes_one_to_a_thousand_rows) {
  const auto one = api::parse_score_batch(
      R"({"items":[{"value":71.20,"isin":"US0378331005"},{"isin":"DE0007164600","value":0}]})");
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 2u);
  EXPECT_EQ(one->front().isin, "US0378331005");
  EXPECT_EQ(one->front().value, "71.20");
  EXPECT_TRUE(api::parse_score_batch(rows(1000)));
  EXPECT_EQ(where(api::parse_score_batch(rows(1001))), (pointers{"/items"}));
  EXPECT_EQ(where(api::parse_score_batch(R"({"items":[]})")), (pointers{"/items"}));
}

TEST(parse_score_batch, says_everything_that_is_wrong_with_every_row) {
  const auto parsed = api::parse_score_batch(R"({"items":[
    {"isin":"US0378331005","value":1},
    {"isin":"US0378331006","value":101},
    7,
    {"isin":"US0378331005","value":2},
    {"value":2,"a/b":1}]})");
  EXPECT_EQ(where(parsed), (pointers{"/items/1/isin", "/items/1/value", "/items/2", "/items/3/isin",
                                     "/items/4/a~1b", "/items/4/isin"}));
  EXPECT_EQ(parsed.error()[3].what, "is there twice");
}

TEST(parse_score_batch, refuses_another_shape) {
  EXPECT_EQ(where(api::parse_score_batch("[]")), (pointers{""}));
  EXPECT_EQ(where(api::parse_score_batch("{}")), (pointers{"/items"}));
  EXPECT_EQ(where(api::parse_score_batch(R"({"items":{}})")), (pointers{"/items"}));
  EXPECT_EQ(where(api::parse_score_batch(R"({"items":1,"more":2})")),
            (pointers{"/more", "/items"}));
  EXPECT_TRUE(api::parse_score_batch(R"({"items":[)").error().front().syntax);
}

TEST(parse_isins, takes_each_once) {
  const auto parsed = api::parse_isins(R"({"isins":["US0378331005","DE0007164600"]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, (std::vector<std::string>{"US0378331005", "DE0007164600"}));
  EXPECT_EQ(
      where(api::parse_isins(R"({"isins":["US0378331005",1,"US0378331006","US0378331005",{}]})")),
      (pointers{"/isins/1", "/isins/2", "/isins/3", "/isins/4"}));
  EXPECT_EQ(where(api::parse_isins(R"({"isins":[]})")), (pointers{"/isins"}));
  EXPECT_EQ(where(api::parse_isins("7")), (pointers{""}));
}

}  // namespace
