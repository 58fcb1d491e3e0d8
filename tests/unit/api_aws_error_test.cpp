#include <gtest/gtest.h>

#include "api/aws/aws_error.hpp"
#include "api/aws/xml.hpp"

namespace {

constexpr const char* json_failure =
    R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The queue is not there."})";
constexpr const char* xml_failure = R"(<?xml version="1.0"?>
<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic &lt;t&gt; &amp; more</Message></Error>
  <RequestId>9f06</RequestId>
</ErrorResponse>)";

TEST(read_failure, takes_the_type_without_its_namespace_from_json) {
  const auto failure = api::read_failure(json_failure, "");
  EXPECT_EQ(failure.type, "QueueDoesNotExist");
  EXPECT_EQ(failure.message, "The queue is not there.");
}

TEST(read_failure, takes_code_and_message_from_xml) {
  const auto failure = api::read_failure(xml_failure, "");
  EXPECT_EQ(failure.type, "NotFound");
  EXPECT_EQ(failure.message, "Topic <t> & more");
}

TEST(read_failure, takes_the_first_of_a_list) {
  const auto failure = api::read_failure(
      "<Response><Errors><Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"
      "</Errors></Response>",
      "");
  EXPECT_EQ(failure.type, "SignatureDoesNotMatch");
  EXPECT_EQ(failure.message, "no");
}

TEST(read_failure, falls_back_to_the_header) {
  EXPECT_EQ(api::read_failure("", "com.amazonaws.sqs#OverLimit:http://x/").type, "OverLimit");
  EXPECT_EQ(api::read_failure("<html>", "").type, "");
  EXPECT_EQ(api::read_failure(R"({"__type":7,"Message":"as SNS writes it"})", "X").message,
            "as SNS writes it");
}

TEST(read_failure, is_harmless_for_every_prefix) {
  for (const std::string whole : {json_failure, xml_failure})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto failure = api::read_failure(whole.substr(0, size), "FromHeader");
      EXPECT_EQ(failure.type, "FromHeader") << size;
    }
}

TEST(aws_error, carries_the_type_that_aws_gave) {
  const auto error = api::aws_error(400, "QueueDoesNotExist");
  EXPECT_TRUE(api::is_aws_error(error));
  EXPECT_EQ(error.message(), "QueueDoesNotExist");
  EXPECT_STREQ(error.category().name(), "aws");
  EXPECT_NE(error, api::aws_error(404, "NotFound"));
  EXPECT_FALSE(api::is_aws_error(core::errc::refused));
}

struct judged {
  const char* name;
  int status;
  const char* type;
  bool refusal, throttling, server, expired;
};
class judgement : public ::testing::TestWithParam<judged> {};

TEST_P(judgement, says_whether_it_is_worth_another_try) {
  const auto& p = GetParam();
  const auto error = api::aws_error(p.status, p.type);
  EXPECT_EQ(api::is_refusal(error), p.refusal);
  EXPECT_EQ(api::is_throttling(error), p.throttling);
  EXPECT_EQ(api::is_server_fault(error), p.server);
  EXPECT_EQ(api::is_expired(error), p.expired);
}

INSTANTIATE_TEST_SUITE_P(
    of, judgement,
    ::testing::Values(
        judged{"access_denied", 403, "AccessDenied", true, false, false, false},
        judged{"missing_queue", 400, "QueueDoesNotExist", true, false, false, false},
        judged{"throttling_with_status_400", 400, "ThrottlingException", false, true, false, false},
        judged{"unknown_with_status_429", 429, "New", false, true, false, false},
        judged{"too_many_in_flight", 400, "OverLimit", false, true, false, false},
        judged{"expired_token", 403, "ExpiredTokenException", false, false, false, true},
        judged{"internal_error", 500, "InternalError", false, false, true, false},
        judged{"unknown_with_status_503", 503, "", false, false, true, false},
        judged{"unknown_with_status_400", 400, "New", true, false, false, false}),
    [](const auto& info) { return info.param.name; });

TEST(xml, gives_elements_and_text) {
  const auto root = api::parse_xml(
      "<?xml version='1.0'?> <a x=\"/>\" y='&'>\n <b>1 &#x20AC;&#8364;&quot;&apos;</b><c/><b>2</b>"
      " tail </a> ");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->text, "tail");
  ASSERT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->text_of("b"), "1 \xE2\x82\xAC\xE2\x82\xAC\"'");
  EXPECT_NE(root->find("c"), nullptr);
  EXPECT_EQ(root->text_of("d"), "");
  EXPECT_EQ(root->find("d"), nullptr);
}

struct no_xml {
  const char* name;
  const char* text;
};
class malformed_xml : public ::testing::TestWithParam<no_xml> {};

TEST_P(malformed_xml, is_refused) {
  EXPECT_EQ(api::parse_xml(GetParam().text).error(), core::errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    is, malformed_xml,
    ::testing::Values(no_xml{"nothing", ""}, no_xml{"text", "a"}, no_xml{"open", "<a>"},
                      no_xml{"crossed", "<a><b></a></b>"}, no_xml{"two_roots", "<a/><b/>"},
                      no_xml{"unknown_entity", "<a>&nbsp;</a>"},
                      no_xml{"entity_without_end", "<a>&lt</a>"},
                      no_xml{"surrogate", "<a>&#xD800;</a>"}, no_xml{"nul", "<a>&#0;</a>"},
                      no_xml{"beyond_unicode", "<a>&#x110000;</a>"},
                      no_xml{"doctype", "<!DOCTYPE a><a/>"},
                      no_xml{"cdata", "<a><![CDATA[x]]></a>"}, no_xml{"comment", "<a><!-- --></a>"},
                      no_xml{"quote_without_end", "<a b=\"></a>"}, no_xml{"no_name", "<></>"}),
    [](const auto& info) { return info.param.name; });

TEST(xml, refuses_what_is_nested_too_deep) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(api::parse_xml(nested(32)));
  EXPECT_FALSE(api::parse_xml(nested(33)));
  EXPECT_FALSE(api::parse_xml(nested(100'000)));
}

TEST(xml, refuses_every_prefix) {
  const std::string whole = xml_failure;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(api::parse_xml(whole.substr(0, size))) << size;
}

}  // namespace
