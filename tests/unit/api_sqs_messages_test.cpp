#include "api/aws/sqs_messages.hpp"

#include <gtest/gtest.h>

#include "api/http/json.hpp"

namespace {

constexpr const char* id = "018bcfe5-687b-7f02-bf04-05067d2afbd5";
const std::string url = "https://sqs.eu-west-1.amazonaws.com/123456789012/messages";

api::queued_message example() {
  api::queued_message m;
  m.id = id;
  m.topic = "scores";
  m.message = R"({"isin":"US0378331005","value":71.20})";
  m.accepted_at = 1'700'000'000'123;
  m.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  m.tracestate = "remora=s:1";
  return m;
}

api::sqs_received received(std::string body) {
  return {"aeee7751-a86a-41bd-8b07-87b020099346", "handle", 3, std::move(body)};
}

std::string as_notification(const std::string& body) {
  api::json_value text;
  text.kind = api::json_kind::string;
  text.text = body;
  return R"({"Type":"Notification","MessageId":"81abd50e","TopicArn":"arn:aws:sns:eu:1:t",)"
         R"("Message":)" +
         text.to_string() + R"(,"Timestamp":"2026-11-21T06:50:42.835Z","SignatureVersion":"1"})";
}

void expect_example(const api::delivery& d) {
  const auto m = example();
  EXPECT_EQ(d.malformed, "");
  EXPECT_EQ(d.receipt, "aeee7751-a86a-41bd-8b07-87b020099346");
  EXPECT_EQ(d.count, 3);
  EXPECT_EQ(d.message.id, m.id);
  EXPECT_EQ(d.message.topic, m.topic);
  EXPECT_EQ(d.message.message, m.message);
  EXPECT_EQ(d.message.accepted_at, m.accepted_at);
  EXPECT_EQ(d.message.traceparent, m.traceparent);
  EXPECT_EQ(d.message.tracestate, m.tracestate);
}

TEST(sqs_message, body_is_json_with_the_message_inside) {
  EXPECT_EQ(api::message_body(example()),
            R"({"id":"018bcfe5-687b-7f02-bf04-05067d2afbd5","topic":"scores",)"
            R"("accepted_at":1700000000123,)"
            R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",)"
            R"("tracestate":"remora=s:1","message":{"isin":"US0378331005","value":71.20}})");
}

TEST(sqs_message, comes_back_as_it_was_sent) {
  expect_example(api::to_delivery(received(api::message_body(example()))));
}

TEST(sqs_message, comes_back_out_of_a_notification_of_sns) {
  expect_example(api::to_delivery(received(as_notification(api::message_body(example())))));
}

TEST(sqs_message, of_any_topic_and_any_json_survives) {
  for (const char* json : {"null", "71.20", "1e300", "-0", R"("\u0001\"\\é")", R"([[],{},[1,"2"]])",
                           R"({"":{"Type":"Notification"}})"}) {
    auto m = example();
    m.topic = "quotes \" and \\ and\nlines, é";
    m.message = json;
    m.traceparent.clear();
    m.tracestate.clear();
    const auto d = api::to_delivery(received(api::message_body(m)));
    EXPECT_EQ(d.malformed, "") << json;
    EXPECT_EQ(d.message.topic, m.topic);
    EXPECT_EQ(d.message.message, json);
    EXPECT_EQ(d.message.traceparent, "");
  }
}

// SQS takes the characters of XML only.
TEST(sqs_message, characters_that_sqs_does_not_take_are_escaped) {
  auto m = example();
  m.topic = "\xEF\xBF\xBE";
  m.message =
      "\"a\xEF\xBF\xBF\xEF\xBF\xBF"
      "b\"";
  const std::string body = api::message_body(m);
  EXPECT_EQ(body.find("\xEF\xBF\xBE"), std::string::npos);
  EXPECT_EQ(body.find("\xEF\xBF\xBF"), std::string::npos);
  for (const char c : body) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  const auto d = api::to_delivery(received(body));
  EXPECT_EQ(d.message.topic, m.topic);
  EXPECT_EQ(d.message.message, m.message);
}

TEST(sqs_message, as_deep_as_we_take_them_is_read_again) {
  auto m = example();
  m.message = std::string(31, '[') + std::string(31, ']');
  EXPECT_EQ(api::to_delivery(received(api::message_body(m))).malformed, "");
}

TEST(sqs_message, keeps_the_mark_of_a_probe) {
  auto m = example();
  EXPECT_FALSE(api::to_delivery(received(api::message_body(m))).message.synthetic);
  m.tracestate = "remora=synthetic";
  EXPECT_TRUE(api::to_delivery(received(api::message_body(m))).message.synthetic);
}

struct unreadable {
  const char* name;
  const char* body;
  const char* why;
};
class malformed_body : public ::testing::TestWithParam<unreadable> {};

TEST_P(malformed_body, is_kept_as_it_is_with_the_reason) {
  const auto d = api::to_delivery(received(GetParam().body));
  EXPECT_NE(d.malformed.find(GetParam().why), std::string::npos) << d.malformed;
  EXPECT_EQ(d.message.message, GetParam().body);
  EXPECT_EQ(d.receipt, "aeee7751-a86a-41bd-8b07-87b020099346");
}

INSTANTIATE_TEST_SUITE_P(
    is, malformed_body,
    ::testing::Values(
        unreadable{"no_json", "hello", "is not JSON"},
        unreadable{"no_object", "[1]", "no JSON object"},
        unreadable{"without_id", R"({"topic":"t","message":1,"accepted_at":1})", "transaction id"},
        unreadable{"with_another_id", R"({"id":"7","topic":"t","message":1,"accepted_at":1})",
                   "transaction id"},
        unreadable{"without_topic",
                   R"({"id":"018bcfe5-687b-7f02-bf04-05067d2afbd5","message":1,"accepted_at":1})",
                   "topic"},
        unreadable{"without_message",
                   R"({"id":"018bcfe5-687b-7f02-bf04-05067d2afbd5","topic":"t","accepted_at":1})",
                   "message"},
        unreadable{"without_time",
                   R"({"id":"018bcfe5-687b-7f02-bf04-05067d2afbd5","topic":"t","message":1,)"
                   R"("accepted_at":"1"})",
                   "accepted_at"},
        unreadable{"notification_of_text", R"({"Type":"Notification","Message":"hello"})",
                   "notification"}),
    [](const auto& info) { return info.param.name; });

TEST(sqs_message, that_cannot_be_read_keeps_an_id_that_can) {
  const auto d = api::to_delivery(
      received(R"({"id":"018bcfe5-687b-7f02-bf04-05067d2afbd5","accepted_at":1})"));
  EXPECT_EQ(d.message.id, id);
  EXPECT_EQ(api::to_delivery(received(R"({"id":"7"})")).message.id, "");
}

TEST(sqs_message, is_harmless_in_every_prefix) {
  for (const std::string& whole :
       {api::message_body(example()), as_notification(api::message_body(example()))})
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_NE(api::to_delivery(received(whole.substr(0, size))).malformed, "") << size;
}

TEST(sqs_request, bodies_are_those_of_the_json_protocol) {
  EXPECT_EQ(api::send_request(url, "{\"a\":1}"),
            R"({"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/messages",)"
            R"("MessageBody":"{\"a\":1}"})");
  EXPECT_EQ(api::receive_request(url, 10, 1, 30),
            R"({"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/messages",)"
            R"("MaxNumberOfMessages":10,"WaitTimeSeconds":1,"VisibilityTimeout":30,)"
            R"("MessageSystemAttributeNames":["ApproximateReceiveCount"]})");
  const std::vector<std::string> handles{"a", "b\""};
  EXPECT_EQ(api::delete_request(url, handles),
            R"({"Entries":[{"Id":"0","ReceiptHandle":"a"},{"Id":"1","ReceiptHandle":"b\""}],)"
            R"("QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/messages"})");
  EXPECT_EQ(api::visibility_request("u", handles, 30),
            R"({"Entries":[{"Id":"0","ReceiptHandle":"a","VisibilityTimeout":30},)"
            R"({"Id":"1","ReceiptHandle":"b\"","VisibilityTimeout":30}],"QueueUrl":"u"})");
  EXPECT_EQ(api::attributes_request("u"), R"({"QueueUrl":"u","AttributeNames":["All"]})");
}

constexpr const char* two_messages =
    R"({"Messages":[{"MessageId":"m1","ReceiptHandle":"h1","MD5OfBody":"x","Body":"b1",)"
    R"("Attributes":{"ApproximateReceiveCount":"4"}},)"
    R"({"MessageId":"m2","ReceiptHandle":"h2","Body":"b2"}]})";
constexpr const char* attributes =
    R"({"Attributes":{"ApproximateNumberOfMessages":"5","ApproximateNumberOfMessagesDelayed":"1",)"
    R"("ApproximateNumberOfMessagesNotVisible":"2","MessageRetentionPeriod":"345600",)"
    R"("Policy":"{\"Statement\":[]}","QueueArn":"arn:aws:sqs:eu-west-1:123456789012:q"}})";
constexpr const char* one_failure =
    R"({"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","SenderFault":true,)"
    R"("Code":"ReceiptHandleIsInvalid","Message":"no"}]})";
constexpr const char* sent = R"({"MD5OfMessageBody":"9dd4","MessageId":"aeee7751"})";

TEST(sqs_answer, with_messages) {
  const auto read = api::parse_received(two_messages);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at(0).message_id, "m1");
  EXPECT_EQ(read->at(0).receipt_handle, "h1");
  EXPECT_EQ(read->at(0).count, 4);
  EXPECT_EQ(read->at(0).body, "b1");
  EXPECT_EQ(read->at(1).count, 1);
}

TEST(sqs_answer, without_messages) {
  for (const char* empty : {"{}", R"({"Messages":[]})", R"({"Messages":null})"}) {
    const auto read = api::parse_received(empty);
    ASSERT_TRUE(read) << empty;
    EXPECT_TRUE(read->empty());
  }
}

TEST(sqs_answer, to_a_batch) {
  const auto read = api::parse_batch(one_failure);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().entry, 1u);
  EXPECT_EQ(read->front().code, "ReceiptHandleIsInvalid");
  EXPECT_TRUE(api::parse_batch(R"({"Successful":[{"Id":"0"}]})")->empty());
}

TEST(sqs_answer, with_attributes) {
  const auto read = api::parse_attributes(attributes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arn, "arn:aws:sqs:eu-west-1:123456789012:q");
  EXPECT_EQ(read->retention, 345600);
  EXPECT_EQ(read->visible, 5);
  EXPECT_EQ(read->delayed, 1);
  EXPECT_EQ(read->in_flight, 2);
  EXPECT_TRUE(read->has_policy);
  EXPECT_FALSE(read->moves_messages);
}

TEST(sqs_answer, to_a_message_that_was_sent) {
  EXPECT_EQ(*api::parse_sent(sent), "aeee7751");
}

struct strange {
  const char* name;
  const char* text;
};
class strange_answer : public ::testing::TestWithParam<strange> {};

TEST_P(strange_answer, is_malformed) {
  const std::string text = GetParam().text;
  EXPECT_FALSE(api::parse_received(text));
  EXPECT_FALSE(api::parse_batch(text));
  EXPECT_FALSE(api::parse_attributes(text));
  EXPECT_FALSE(api::parse_sent(text));
}

INSTANTIATE_TEST_SUITE_P(
    that, strange_answer,
    ::testing::Values(
        strange{"is_empty", ""}, strange{"is_html", "<html></html>"}, strange{"is_a_list", "[]"},
        strange{"has_members_of_other_kinds",
                R"({"Messages":{},"Failed":"no","Attributes":[],"MessageId":1})"},
        strange{"lacks_what_matters",
                R"({"Messages":[{"Body":"b"}],"Failed":[{}],"Attributes":{"QueueArn":"a"}})"},
        strange{"has_numbers_that_are_none",
                R"({"Messages":[1],"Failed":[{"Id":"x"}],)"
                R"("Attributes":{"QueueArn":"a","MessageRetentionPeriod":"1 day"}})"}),
    [](const auto& info) { return info.param.name; });

TEST(sqs_answer, is_malformed_in_every_prefix) {
  for (const std::string whole : {two_messages, attributes, one_failure, sent})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string part = whole.substr(0, size);
      EXPECT_FALSE(api::parse_received(part) || api::parse_batch(part) ||
                   api::parse_attributes(part) || api::parse_sent(part))
          << part;
    }
}

}  // namespace
