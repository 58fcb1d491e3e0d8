#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "api/aws/credentials.hpp"

namespace {

using variables = std::map<std::string, std::string>;

core::environment with(variables set) {
  return [set = std::move(set)](const std::string& name) -> std::optional<std::string> {
    const auto found = set.find(name);
    if (found == set.end()) return std::nullopt;
    return found->second;
  };
}

constexpr const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* token = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* token_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

TEST(container_endpoint, is_none_where_the_environment_names_none) {
  EXPECT_FALSE(api::container_endpoint_in(with({})));
}

TEST(container_endpoint, of_eks_pod_identity) {
  const auto found = api::container_endpoint_in(
      with({{full, "http://169.254.170.23/v1/credentials"}, {token_file, "/var/run/token"}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->host.to_string(), "http://169.254.170.23");
  EXPECT_EQ(found->target, "/v1/credentials");
  EXPECT_EQ(found->token_file, "/var/run/token");
  EXPECT_TRUE(found->token.empty());
}

TEST(container_endpoint, of_ecs) {
  const auto found = api::container_endpoint_in(
      with({{relative, "/v2/credentials/1?a=b"}, {full, "http://ignored.example"}, {token, "t"}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->host.to_string(), "http://169.254.170.2");
  EXPECT_EQ(found->target, "/v2/credentials/1?a=b");
  EXPECT_EQ(found->token.reveal(), "t");
}

struct endpoint_case {
  const char* name;
  const char* uri;
  bool allowed;
};
class endpoint_host : public ::testing::TestWithParam<endpoint_case> {};

TEST_P(endpoint_host, is_asked_in_the_clear_only_where_nobody_listens) {
  const auto env = with({{full, GetParam().uri}});
  if (GetParam().allowed)
    EXPECT_TRUE(api::container_endpoint_in(env));
  else
    EXPECT_THROW(api::container_endpoint_in(env), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(
    of, endpoint_host,
    ::testing::Values(endpoint_case{"loopback", "http://127.0.0.1:8080/x", true},
                      endpoint_case{"localhost", "http://localhost/x", true},
                      endpoint_case{"loopback_v6", "http://[::1]:80/", true},
                      endpoint_case{"eks_v6", "http://[fd00:ec2::23]/v1/credentials", true},
                      endpoint_case{"anywhere_with_tls", "https://credentials.example/x", true},
                      endpoint_case{"anywhere_in_the_clear", "http://credentials.example/", false},
                      endpoint_case{"a_name_like_loopback", "http://127.0.0.1.example/", false},
                      endpoint_case{"no_url", "credentials", false},
                      endpoint_case{"another_scheme", "ftp://127.0.0.1/", false}),
    [](const auto& info) { return info.param.name; });

TEST(container_endpoint, refuses_a_token_that_would_be_two_headers) {
  const auto env = with({{full, "http://127.0.0.1/"}, {token, "a\r\nHost: b"}});
  EXPECT_THROW(api::container_endpoint_in(env), std::runtime_error);
}

constexpr const char* answer = R"({"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t",)"
                               R"("Expiration":"2026-11-21T06:50:42Z","RoleArn":"r"})";

TEST(container_credentials, are_read_with_their_end) {
  const auto read = api::parse_container_credentials(answer);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->who.access_key_id, "ASIA");
  EXPECT_EQ(read->who.secret_access_key.reveal(), "s");
  EXPECT_EQ(read->who.session_token.reveal(), "t");
  EXPECT_EQ(read->expires, 1'795'243'842);
}

TEST(container_credentials, may_end_within_a_second) {
  const auto read = api::parse_container_credentials(
      R"({"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"2026-11-21T06:50:42.123Z"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->expires, 1'795'243'842);
  EXPECT_TRUE(read->who.session_token.empty());
}

struct bad_answer {
  const char* name;
  const char* text;
};
class no_credentials : public ::testing::TestWithParam<bad_answer> {};

TEST_P(no_credentials, is_malformed) {
  EXPECT_EQ(api::parse_container_credentials(GetParam().text).error(), core::errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    is, no_credentials,
    ::testing::Values(
        bad_answer{"an_error", R"({"code":"AccessDenied","message":"no"})"},
        bad_answer{"a_list", "[]"},
        bad_answer{"without_secret", R"({"AccessKeyId":"A","Expiration":"2026-11-21T06:50:42Z"})"},
        bad_answer{"without_end", R"({"AccessKeyId":"A","SecretAccessKey":"s"})"},
        bad_answer{"with_another_zone", R"({"AccessKeyId":"A","SecretAccessKey":"s",)"
                                        R"("Expiration":"2026-11-21T06:50:42+01:00"})"},
        bad_answer{
            "with_no_such_day",
            R"({"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"2026-02-30T06:50:42Z"})"}),
    [](const auto& info) { return info.param.name; });

TEST(container_credentials, are_refused_in_every_prefix) {
  const std::string whole = answer;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(api::parse_container_credentials(whole.substr(0, size))) << size;
}

}  // namespace
