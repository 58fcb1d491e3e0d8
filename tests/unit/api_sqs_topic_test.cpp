#include "api/aws/sqs_topic.hpp"

#include <gtest/gtest.h>

namespace {

constexpr const char* topic = "arn:aws:sns:eu-west-1:123456789012:t";
constexpr const char* queue = "arn:aws:sqs:eu-west-1:123456789012:q";

constexpr const char* published =
    R"(<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>)"
    R"(<MessageId>81abd50e</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId>)"
    R"(</ResponseMetadata></PublishResponse>)";

std::string subscriptions(const std::string& members, const std::string& token = "") {
  return "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>" +
         members + "</Subscriptions>" + token +
         "</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>";
}

std::string member(const std::string& arn, const std::string& protocol,
                   const std::string& endpoint) {
  return "<member><SubscriptionArn>" + arn + "</SubscriptionArn><Owner>1</Owner><Protocol>" +
         protocol + "</Protocol><Endpoint>" + endpoint + "</Endpoint></member>";
}

std::string attribute(const std::string& key, const std::string& value) {
  return "<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult><Attributes><entry>"
         "<key>RawMessageDelivery</key><value>false</value></entry><entry><key>" +
         key + "</key><value>" + value +
         "</value></entry></Attributes></GetSubscriptionAttributesResult>"
         "</GetSubscriptionAttributesResponse>";
}

TEST(sns_form, is_encoded) {
  EXPECT_EQ(api::publish_form(topic, R"({"a":"b&c é"})"),
            "Action=Publish&Version=2010-03-31"
            "&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3At"
            "&Message=%7B%22a%22%3A%22b%26c+%C3%A9%22%7D");
  EXPECT_EQ(api::subscriptions_form("t", ""),
            "Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=t");
  EXPECT_EQ(api::subscriptions_form("t", "n/1"),
            "Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=t&NextToken=n%2F1");
  EXPECT_EQ(api::subscription_form("s"),
            "Action=GetSubscriptionAttributes&Version=2010-03-31&SubscriptionArn=s");
}

TEST(sns_answer, to_what_was_published) {
  EXPECT_EQ(*api::parse_published(published), "81abd50e");
  EXPECT_FALSE(api::parse_published("<PublishResponse><PublishResult/></PublishResponse>"));
  EXPECT_FALSE(api::parse_published("<Other><PublishResult/></Other>"));
}

TEST(sns_answer, with_subscriptions_and_where_they_go_on) {
  const auto read = api::parse_subscriptions(
      subscriptions(member("arn:aws:sns:s1", "https", "https://a.example") +
                        member("arn:aws:sns:s2", "sqs", queue),
                    "<NextToken>n</NextToken>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->list.size(), 2u);
  EXPECT_EQ(read->next_token, "n");
  EXPECT_EQ(api::subscription_of(*read, queue), "arn:aws:sns:s2");
  EXPECT_FALSE(api::subscription_of(*read, "arn:aws:sqs:eu-west-1:123456789012:other"));
}

TEST(sns_answer, without_subscriptions) {
  const auto read = api::parse_subscriptions(
      "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/>"
      "</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->list.empty());
  EXPECT_EQ(read->next_token, "");
}

TEST(sns_answer, an_unconfirmed_subscription_is_none) {
  const auto read = api::parse_subscriptions(
      subscriptions(member("PendingConfirmation", "sqs", queue) + member("arn:x", "http", queue)));
  EXPECT_FALSE(api::subscription_of(*read, queue));
}

TEST(sns_subscription, that_hands_everything_on_has_no_problem) {
  EXPECT_EQ(*api::parse_subscription_problem(attribute("FilterPolicy", "")), "");
  EXPECT_EQ(*api::parse_subscription_problem(attribute("FilterPolicy", "{}")), "");
  EXPECT_EQ(*api::parse_subscription_problem(attribute("PendingConfirmation", "false")), "");
}

TEST(sns_subscription, that_does_not_is_a_problem) {
  EXPECT_NE(api::parse_subscription_problem(attribute("FilterPolicy", "{&quot;a&quot;:[1]}"))
                ->find("filter"),
            std::string::npos);
  EXPECT_NE(api::parse_subscription_problem(attribute("PendingConfirmation", "true"))
                ->find("not confirmed"),
            std::string::npos);
}

TEST(sns_answer, is_malformed_in_every_prefix) {
  for (const std::string& whole :
       {std::string(published), subscriptions(member("arn:a", "sqs", queue)),
        attribute("FilterPolicy", "{}")})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string part = whole.substr(0, size);
      EXPECT_FALSE(api::parse_published(part) || api::parse_subscriptions(part) ||
                   api::parse_subscription_problem(part))
          << part;
    }
}

}  // namespace
