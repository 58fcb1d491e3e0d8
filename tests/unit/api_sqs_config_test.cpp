#include "api/aws/sqs_config.hpp"

#include <gtest/gtest.h>

namespace {

const std::string least =
    "region: eu-west-1\n"
    "queue_url: https://sqs.eu-west-1.amazonaws.com/123456789012/messages\n"
    "seal: ${SEAL}\n";

core::environment environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (name == "SEAL") return "0123456789abcdef0123456789abcdef";
    if (name == "SHORT") return "0123456789abcdef";
    return std::nullopt;
  };
}

api::sqs_config read(const std::string& text, core::problems& found) {
  const auto document = core::document::parse("sqs.yaml", text, found);
  return core::read_config<api::sqs_config>(document, found, environment());
}

TEST(sqs_config, needs_little) {
  core::problems found;
  const auto config = read(least, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.queue_url.path, "/123456789012/messages");
  EXPECT_EQ(config.visibility, std::chrono::seconds(30));
  EXPECT_FALSE(config.credentials);
}

TEST(sqs_config, may_have_all) {
  core::problems found;
  const auto config = read(least +
                               "topic_arn: arn:aws:sns:eu-west-1:123456789012:messages\n"
                               "endpoint: http://127.0.0.1:5000\n"
                               "topic_endpoint: http://127.0.0.1:5001\n"
                               "credentials: {access_key_id: AKIA, secret_access_key: s, "
                               "session_token: t}\n"
                               "previous_seal: ${SEAL}\n"
                               "visibility: 2m\n",
                           found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.credentials->session_token->reveal(), "t");
  EXPECT_EQ(config.topic_endpoint->authority.port, 5001);
}

TEST(sqs_config, never_shows_its_secrets) {
  core::problems found;
  const auto config =
      read(least + "credentials: {access_key_id: AKIA, secret_access_key: sesame}\n", found);
  const std::string shown = core::table_of<api::sqs_config>().show(&config);
  EXPECT_EQ(shown.find("sesame"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("0123456789abcdef"), std::string::npos) << shown;
}

struct wrong {
  const char* name;
  const char* from;
  const char* to;
  const char* problem;
};
class wrong_sqs_config : public ::testing::TestWithParam<wrong> {};

TEST_P(wrong_sqs_config, is_told) {
  std::string text = least + "topic_arn: arn:aws:sns:eu-west-1:123456789012:messages\n";
  const auto at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  core::problems found;
  read(text, found);
  EXPECT_NE(found.to_string().find(GetParam().problem), std::string::npos) << found.to_string();
}

INSTANTIATE_TEST_SUITE_P(
    of, wrong_sqs_config,
    ::testing::Values(wrong{"region", "region: eu-west-1", "region: Ireland",
                            "region is no region"},
                      wrong{"fifo_queue", "/messages", "/messages.fifo", "standard queue"},
                      wrong{"host_only", "/123456789012/messages", "", "standard queue"},
                      wrong{"topic", "arn:aws:sns", "arn:aws:sqs", "standard topic"},
                      wrong{"fifo_topic", "012:messages", "012:messages.fifo", "standard topic"},
                      wrong{"short_seal", "${SEAL}", "${SHORT}", "seal is too short"},
                      wrong{"no_seal", "seal: ${SEAL}\n", "", "seal"},
                      wrong{"unknown_key", "seal:", "ceal:", "ceal"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
