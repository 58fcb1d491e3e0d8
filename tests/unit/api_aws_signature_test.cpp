#include <gtest/gtest.h>

#include "api/aws/signature_v4.hpp"

namespace {

using header_list = std::vector<std::pair<std::string, std::string>>;

// AWS' own test suite for Signature Version 4: these keys, this scope, this moment.
constexpr std::int64_t moment = 1'440'938'160;  // 2015-08-30T12:36:00Z
const api::signing_scope scope{"us-east-1", "service"};

api::aws_credentials example(const std::string& session_token = "") {
  return {"AKIDEXAMPLE", core::secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          core::secret(session_token)};
}

constexpr const char* token_of_get =
    "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
constexpr const char* token_of_post =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDry"
    "pNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

struct vector_of_aws {
  const char* name;
  const char* method;
  const char* path;
  header_list headers;  ///< besides Host
  const char* body;
  const char* session_token;
  const char* signed_headers;
  const char* signature;
};
void PrintTo(const vector_of_aws& v, std::ostream* out) {
  *out << v.name;
}

class published_vector : public ::testing::TestWithParam<vector_of_aws> {};

TEST_P(published_vector, is_signed_as_aws_signs_it) {
  const auto& v = GetParam();
  api::signable_request request{v.method, v.path, v.headers, v.body};
  request.headers.insert(request.headers.begin(), {"Host", "example.amazonaws.com"});
  const auto added = api::signature_headers(request, example(v.session_token), scope, moment);
  EXPECT_EQ(added.back().first, "Authorization");
  EXPECT_EQ(added.back().second,
            std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                        "aws4_request, SignedHeaders=") +
                v.signed_headers + ", Signature=" + v.signature);
}

constexpr const char* basic = "host;x-amz-date";
constexpr const char* with_one = "host;my-header1;x-amz-date";

INSTANTIATE_TEST_SUITE_P(
    of_the_suite, published_vector,
    ::testing::Values(
        vector_of_aws{"get_vanilla",
                      "GET",
                      "/",
                      {},
                      "",
                      "",
                      basic,
                      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        vector_of_aws{"get_unreserved",
                      "GET",
                      "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                      {},
                      "",
                      "",
                      basic,
                      "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        vector_of_aws{"get_utf8",
                      "GET",
                      "/\xE1\x88\xB4",
                      {},
                      "",
                      "",
                      basic,
                      "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        vector_of_aws{
            "get_header_key_duplicate",
            "GET",
            "/",
            {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
            "",
            "",
            with_one,
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        vector_of_aws{
            "get_header_value_multiline",
            "GET",
            "/",
            {{"My-Header1", "value1"}, {"My-Header1", "value2"}, {"My-Header1", "value3"}},
            "",
            "",
            with_one,
            "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"},
        vector_of_aws{"get_header_value_order",
                      "GET",
                      "/",
                      {{"My-Header1", "value4"},
                       {"My-Header1", "value1"},
                       {"My-Header1", "value3"},
                       {"My-Header1", "value2"}},
                      "",
                      "",
                      with_one,
                      "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
        vector_of_aws{"get_header_value_trim",
                      "GET",
                      "/",
                      {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
                      "",
                      "",
                      "host;my-header1;my-header2;x-amz-date",
                      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        vector_of_aws{"get_vanilla_with_session_token",
                      "GET",
                      "/",
                      {},
                      "",
                      token_of_get,
                      "host;x-amz-date;x-amz-security-token",
                      "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
        vector_of_aws{"post_vanilla",
                      "POST",
                      "/",
                      {},
                      "",
                      "",
                      basic,
                      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        vector_of_aws{"post_header_key_sort",
                      "POST",
                      "/",
                      {{"My-Header1", "value1"}},
                      "",
                      "",
                      with_one,
                      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
        vector_of_aws{"post_header_value_case",
                      "POST",
                      "/",
                      {{"My-Header1", "VALUE1"}},
                      "",
                      "",
                      with_one,
                      "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
        vector_of_aws{"post_sts_header_before",
                      "POST",
                      "/",
                      {},
                      "",
                      token_of_post,
                      "host;x-amz-date;x-amz-security-token",
                      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
        vector_of_aws{"post_x_www_form_urlencoded",
                      "POST",
                      "/",
                      {{"Content-Type", "application/x-www-form-urlencoded"}},
                      "Param1=value1",
                      "",
                      "content-type;host;x-amz-date",
                      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
        vector_of_aws{"post_x_www_form_urlencoded_parameters",
                      "POST",
                      "/",
                      {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}},
                      "Param1=value1",
                      "",
                      "content-type;host;x-amz-date",
                      "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"}),
    [](const auto& info) { return info.param.name; });

TEST(signature_v4, canonical_form_is_the_one_of_the_suite) {
  const auto canonical = api::canonical_form(
      {"GET", "/", {{"X-Amz-Date", "20150830T123600Z"}, {"Host", "example.amazonaws.com"}}, ""});
  EXPECT_EQ(canonical.text,
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(canonical.signed_headers, "host;x-amz-date");
}

// All services but S3 want what is encoded in the request line encoded once more.
TEST(signature_v4, path_is_encoded_again) {
  const auto canonical = api::canonical_form({"POST", "/a%20b/c:d", {}, ""});
  EXPECT_TRUE(canonical.text.starts_with("POST\n/a%2520b/c%3Ad\n")) << canonical.text;
}

TEST(signature_v4, headers_are_added_in_the_order_in_which_they_are_signed) {
  const auto added =
      api::signature_headers({"POST", "/", {{"Host", "h"}}, ""}, example("token"), scope, moment);
  ASSERT_EQ(added.size(), 3u);
  EXPECT_EQ(added[0], (std::pair<std::string, std::string>("X-Amz-Date", "20150830T123600Z")));
  EXPECT_EQ(added[1], (std::pair<std::string, std::string>("X-Amz-Security-Token", "token")));
  EXPECT_EQ(added[2].first, "Authorization");
}

TEST(signature_v4, time_is_written_in_utc) {
  EXPECT_EQ(api::amz_date(0), "19700101T000000Z");
  EXPECT_EQ(api::amz_date(951'827'696), "20000229T123456Z");
}

TEST(signature_v4, any_change_changes_the_signature) {
  const auto signature = [](const std::string& path, const std::string& body,
                            const std::string& host, const api::signing_scope& where,
                            std::int64_t at) {
    return api::signature_headers({"POST", path, {{"Host", host}}, body}, example(), where, at)
        .back()
        .second;
  };
  const auto original = signature("/", "{}", "h", scope, moment);
  EXPECT_EQ(original, signature("/", "{}", "h", scope, moment));
  EXPECT_NE(original, signature("/a", "{}", "h", scope, moment));
  EXPECT_NE(original, signature("/", "{ }", "h", scope, moment));
  EXPECT_NE(original, signature("/", "{}", "i", scope, moment));
  EXPECT_NE(original, signature("/", "{}", "h", {"eu-west-1", "service"}, moment));
  EXPECT_NE(original, signature("/", "{}", "h", {"us-east-1", "sqs"}, moment));
  EXPECT_NE(original, signature("/", "{}", "h", scope, moment + 1));
}

}  // namespace
