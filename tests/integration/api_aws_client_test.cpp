#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "api/aws/aws_client.hpp"
#include "api/aws/aws_error.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/private_servers.hpp"
#include "tests/support/scripted_server.hpp"

// Signed calls to servers that answer as no healthy AWS would.
namespace {

using tests::run;
using tests::soon;
using act = tests::scripted_server::act;

act answer(const std::string& status, const std::string& body, const std::string& headers = "") {
  act a;
  a.answer = "HTTP/1.1 " + status + "\r\n" + headers +
             "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return a;
}
act closes() {
  act a;
  a.answer = "";
  return a;
}
act hangs() {
  act a;
  a.never = true;
  return a;
}
act failure(const std::string& status, const std::string& type) {
  return answer(status, R"({"__type":"com.amazonaws.sqs#)" + type + R"("})");
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

class aws_client : public ::testing::Test {
 protected:
  core::result<std::string> call(std::vector<act> script, bool repeatable = true,
                                 core::duration time = std::chrono::seconds(20)) {
    server = std::make_unique<tests::scripted_server>(loop.worker(), std::move(script));
    api::aws_client client(loop.worker(), {{false, server->where(), "/base"}, scope}, keys);
    return run(loop, client.call(a_call(repeatable), core::deadline::in(time, core::now())));
  }
  static api::aws_call a_call(bool repeatable) {
    api::aws_call what;
    what.action = "SendMessage";
    what.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
    what.body = R"({"a":1})";
    what.repeatable = repeatable;
    return what;
  }

  const api::signing_scope scope{"eu-west-1", "sqs"};
  tests::loop loop;
  std::unique_ptr<tests::scripted_server> server;
  api::configured_credentials keys{{"AKIA", core::secret("secret"), core::secret("session")}};
};

TEST_F(aws_client, sends_a_signed_post_below_the_base_path) {
  const auto body = call({answer("200 OK", "{}")});
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(*body, "{}");
  const std::string& sent = server->received();
  EXPECT_TRUE(sent.starts_with("POST /base/ HTTP/1.1\r\nHost: " + server->where().to_string()));
  EXPECT_EQ(count(sent, "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/"), 1u);
  EXPECT_EQ(count(sent, "X-Amz-Security-Token: session\r\n"), 1u);
  EXPECT_NE(sent.find("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token"),
            std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST(host_header, leaves_the_schemes_own_port_out) {
  EXPECT_EQ(api::host_header({true, {"sqs.eu-west-1.amazonaws.com", 443}, "/x"}),
            "sqs.eu-west-1.amazonaws.com");
  EXPECT_EQ(api::host_header({true, {"sqs.eu-west-1.amazonaws.com", 80}, ""}),
            "sqs.eu-west-1.amazonaws.com:80");
  EXPECT_EQ(api::host_header({false, {"::1", 5000}, ""}), "[::1]:5000");
}

TEST_F(aws_client, tries_again_after_throttling_faults_and_lost_connections) {
  const auto body = call({failure("400 Bad Request", "ThrottlingException"),
                          failure("503 Service Unavailable", "ServiceUnavailable"), closes(),
                          answer("200 OK", "done")});
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(*body, "done");
  EXPECT_EQ(server->connections(), 4);
}

TEST_F(aws_client, takes_a_refusal_as_it_is) {
  const auto refused = call({failure("400 Bad Request", "QueueDoesNotExist")});
  EXPECT_EQ(refused.error().message(), "QueueDoesNotExist");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(aws_client, a_refusal_after_doubt_leaves_the_doubt) {
  const auto lost = call({closes(), failure("403 Forbidden", "AccessDenied")});
  EXPECT_FALSE(api::is_refusal(lost.error())) << lost.error().message();
  EXPECT_FALSE(api::is_aws_error(lost.error()));
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(aws_client, a_refusal_after_throttling_is_one) {
  const auto refused = call({failure("429 Too Many", "New"), failure("400 Bad", "InvalidAddress")});
  EXPECT_EQ(refused.error().message(), "InvalidAddress");
}

TEST_F(aws_client, what_must_not_be_repeated_is_not_after_doubt) {
  EXPECT_FALSE(call({closes(), answer("200 OK", "done")}, false));
  EXPECT_EQ(server->connections(), 1);
  EXPECT_TRUE(call({failure("400 Bad Request", "Throttled"), answer("200 OK", "done")}, false));
}

TEST_F(aws_client, a_dead_connection_costs_an_attempt_and_not_the_call) {
  const auto body = call({hangs(), answer("200 OK", "done")}, true, std::chrono::seconds(4));
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(aws_client, gives_up_at_its_deadline_with_the_last_error) {
  const auto tired =
      call({failure("503 Busy", "ServiceUnavailable")}, true, std::chrono::milliseconds(300));
  EXPECT_EQ(tired.error().message(), "ServiceUnavailable");
  EXPECT_GT(server->connections(), 1);
}

TEST_F(aws_client, does_not_take_the_word_of_who_speaks_no_http) {
  act nonsense;
  nonsense.answer = "220 mail.example ESMTP\r\n\r\n";
  const auto broken = call({nonsense}, true, std::chrono::milliseconds(300));
  EXPECT_EQ(broken.error(), core::errc::malformed);
}

// What the container's endpoint gives.
std::string credentials(const std::string& id, std::chrono::seconds good_for) {
  const auto at =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + good_for;
  const std::string date = api::amz_date(at.time_since_epoch().count());
  const std::string text = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 5) +
                           ":" + date.substr(11, 2) + ":" + date.substr(13, 3);
  return R"({"AccessKeyId":")" + id + R"(","SecretAccessKey":"s","Token":"t","Expiration":")" +
         text + R"("})";
}

class container : public ::testing::Test {
 protected:
  std::unique_ptr<api::credential_source> source(std::vector<act> script) {
    server = std::make_unique<tests::scripted_server>(loop.worker(), std::move(script));
    environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] =
        "http://" + server->where().to_string() + "/v1/credentials?role=a";
    return api::make_credentials(loop.worker(), {},
                                 [this](const std::string& name) -> std::optional<std::string> {
                                   const auto found = environment.find(name);
                                   if (found == environment.end()) return std::nullopt;
                                   return found->second;
                                 });
  }
  tests::loop loop;
  std::map<std::string, std::string> environment;
  std::unique_ptr<tests::scripted_server> server;
};

TEST_F(container, credentials_are_asked_for_once_while_they_are_good) {
  const auto from = source({answer("200 OK", credentials("A", std::chrono::hours(1)))});
  for (int i = 0; i < 3; ++i) {
    const auto who = run(loop, from->get(soon()));
    ASSERT_TRUE(who) << who.error().message();
    EXPECT_EQ(who->access_key_id, "A");
    EXPECT_EQ(who->session_token.reveal(), "t");
  }
  EXPECT_EQ(server->connections(), 1);
  EXPECT_TRUE(server->received().starts_with("GET /v1/credentials?role=a HTTP/1.1\r\n"));
}

core::task<std::vector<std::string>> ask_at_once(core::worker& w, api::credential_source& from) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    w.start("asking",
            [](api::credential_source& source, std::vector<std::string>& into) -> core::task<> {
              auto who = co_await source.get(soon());
              into.push_back(who ? who->access_key_id : who.error().message());
            }(from, ids));
  }
  co_await tests::holds(w, [&ids] { return ids.size() == 5; });
  co_return ids;
}

TEST_F(container, those_who_ask_at_once_share_one_question) {
  const auto from = source({answer("200 OK", credentials("A", std::chrono::hours(1)))});
  EXPECT_EQ(run(loop, ask_at_once(loop.worker(), *from)), std::vector<std::string>(5, "A"));
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(container, the_token_is_read_anew_before_each_question) {
  const tests::temporary_directory directory;
  const std::string file = directory.path() / "token";
  environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file;
  const auto from = source({answer("200 OK", credentials("A", std::chrono::hours(1))),
                            answer("200 OK", credentials("B", std::chrono::hours(1)))});
  std::ofstream(file) << "first-token\n";
  ASSERT_TRUE(run(loop, from->get(soon())));
  std::ofstream(file) << "second-token\n";
  from->expired();
  EXPECT_EQ(run(loop, from->get(soon()))->access_key_id, "B");
  EXPECT_EQ(count(server->received(), "Authorization: first-token\r\n"), 1u);
  EXPECT_EQ(count(server->received(), "Authorization: second-token\r\n"), 1u);
  std::filesystem::remove(file);
  from->expired();
  EXPECT_EQ(run(loop, from->get(soon())).error(), boost::system::errc::no_such_file_or_directory);
}

TEST_F(container, credentials_that_have_expired_are_not_given) {
  const auto from = source({answer("200 OK", credentials("A", -std::chrono::seconds(10)))});
  EXPECT_EQ(run(loop, from->get(soon())).error(), core::errc::malformed);
}

TEST_F(container, a_refusal_of_the_endpoint_is_an_error) {
  const auto from = source({answer("401 Unauthorized", R"({"code":"no"})")});
  EXPECT_EQ(run(loop, from->get(soon())).error(), boost::system::errc::permission_denied);
}

TEST_F(container, what_aws_calls_expired_is_replaced_and_the_call_made_again) {
  const auto from = source({answer("200 OK", credentials("OLD", std::chrono::hours(1))),
                            answer("200 OK", credentials("NEW", std::chrono::hours(1)))});
  tests::scripted_server aws(
      loop.worker(), {failure("403 Forbidden", "ExpiredTokenException"), answer("200 OK", "done")});
  api::aws_client client(loop.worker(), {{false, aws.where(), ""}, {"eu-west-1", "sqs"}}, *from);
  api::aws_call what;
  what.action = "SendMessage";
  const auto body = run(loop, client.call(what, soon()));
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(count(aws.received(), "Credential=OLD/"), 1u);
  EXPECT_EQ(count(aws.received(), "Credential=NEW/"), 1u);
}

TEST_F(container, what_aws_calls_expired_for_ever_is_an_error_after_one_more_try) {
  const auto from = source({answer("200 OK", credentials("A", std::chrono::hours(1)))});
  tests::scripted_server aws(loop.worker(), {failure("403 Forbidden", "ExpiredToken")});
  api::aws_client client(loop.worker(), {{false, aws.where(), ""}, {"eu-west-1", "sqs"}}, *from);
  api::aws_call what;
  what.action = "SendMessage";
  EXPECT_EQ(run(loop, client.call(what, soon())).error().message(), "ExpiredToken");
  EXPECT_EQ(aws.connections(), 2);
}

TEST_F(container, nobody_starts_without_any_credentials) {
  EXPECT_THROW(
      api::make_credentials(loop.worker(), {},
                            [](const std::string&) { return std::optional<std::string>(); }),
      std::runtime_error);
}

}  // namespace
