#include "tests/integration/api_redis_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace {

using tests::run;
using tests::soon;

class redis_connection : public tests::with_redis {};

TEST_F(redis_connection, a_wrong_password_is_an_error) {
  config.password = core::secret("wrong");
  auto refused = connection();
  EXPECT_FALSE(run(loop, refused.run(core::redis_command{"PING"}, soon())));
  EXPECT_FALSE(refused.connected());
}

TEST_F(redis_connection, an_error_reply_is_a_reply) {
  auto redis = connection();
  const auto reply = run(loop, redis.run(core::redis_command{"NOTHING"}, soon()));
  ASSERT_TRUE(reply);
  EXPECT_EQ(core::redis_error_prefix(*reply), "ERR");
  EXPECT_TRUE(redis.connected());
}

TEST_F(redis_connection, commands_that_are_sent_together_are_answered_in_their_order) {
  auto redis = connection();
  std::vector<core::redis_command> commands{{"SET", "a", "1"}, {"NOTHING"}, {"GET", "a"}};
  const auto replies = run(loop, redis.run(std::move(commands), soon()));
  ASSERT_TRUE(replies);
  ASSERT_EQ(replies->size(), 3u);
  EXPECT_EQ((*replies)[0].text, "OK");
  EXPECT_TRUE((*replies)[1].is_error());
  EXPECT_EQ((*replies)[2].text, "1");
}

TEST_F(redis_connection, a_redis_that_says_nothing_costs_no_more_than_the_deadline) {
  auto frozen = connection();
  ASSERT_TRUE(run(loop, frozen.run(core::redis_command{"PING"}, soon())));
  server->freeze();
  const auto begun = core::now();
  const auto reply =
      run(loop, frozen.run(core::redis_command{"PING"},
                           core::deadline::in(std::chrono::milliseconds(100), begun)));
  EXPECT_EQ(reply.error(), core::errc::timed_out);
  EXPECT_GE(core::now() - begun, std::chrono::milliseconds(100));
  server->thaw();
  core::result<core::redis_reply> again = core::errc::refused;
  const auto until = soon();
  while (!again && !until.passed(core::now()))
    again = run(loop, frozen.run(core::redis_command{"PING"}, soon()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, "PONG");
}

core::task<> ask(api::redis_connection& redis, int number, int& right) {
  core::redis_command command{"ECHO", std::to_string(number)};
  auto reply = co_await redis.run(std::move(command), soon());
  if (reply && reply->text == std::to_string(number)) ++right;
}

core::task<> ask_all_at_once(tests::loop& loop, api::redis_connection& redis, int& right) {
  constexpr int many = 500;
  for (int i = 0; i < many; ++i) loop.worker().start("ask", ask(redis, i, right));
  const auto all_answered = [&right] { return right == many; };
  co_await tests::holds(loop.worker(), all_answered);
}

TEST_F(redis_connection, many_callers_share_a_connection_and_each_gets_its_own_reply) {
  auto shared = connection();
  int right = 0;
  loop.run(ask_all_at_once(loop, shared, right));
  EXPECT_EQ(right, 500);
  EXPECT_EQ(shared.number(), 1u);
}

TEST_F(redis_connection, a_new_connection_has_a_new_number) {
  auto redis = connection();
  ASSERT_TRUE(run(loop, redis.run(core::redis_command{"PING"}, soon())));
  EXPECT_EQ(redis.number(), 1u);
  redis.close();
  EXPECT_FALSE(redis.connected());
  ASSERT_TRUE(run(loop, redis.run(core::redis_command{"PING"}, soon())));
  EXPECT_EQ(redis.number(), 2u);
}

class redis_over_tls : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = tests::private_redis::unavailable(); !why.empty()) GTEST_SKIP() << why;
    certificate = authority.issue("redis", "DNS:redis.test");
    server.emplace(tests::redis_files{certificate.certificate, certificate.key, authority.root()});
    config.address = {"127.0.0.1", server->port()};
    config.password = core::secret(tests::private_redis::password());
    config.tls.emplace();
    config.tls->ca = authority.root();
    config.tls->server_name = "redis.test";
  }
  core::result<core::redis_reply> ping() {
    api::redis_connection redis(loop.worker(), config);
    return run(loop, redis.run(core::redis_command{"PING"}, soon()));
  }

  tests::loop loop;
  tests::certificate_authority authority;
  tests::certificate_authority::issued certificate;
  std::optional<tests::private_redis> server;
  api::redis_config config;
};

TEST_F(redis_over_tls, is_spoken_to_with_a_certificate_on_both_sides) {
  const auto ours = authority.issue("client", "DNS:client");
  config.tls->certificate = ours.certificate;
  config.tls->key = ours.key;
  const auto reply = ping();
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->text, "PONG");
}

TEST_F(redis_over_tls, large_values_survive) {
  const auto ours = authority.issue("client", "DNS:client");
  config.tls->certificate = ours.certificate;
  config.tls->key = ours.key;
  api::redis_connection redis(loop.worker(), config);
  std::string value(300'000, 'x');
  for (std::size_t i = 0; i < value.size(); i += 997) value[i] = static_cast<char>('a' + i % 26);
  std::vector<core::redis_command> commands{{"SET", "large", value}, {"GET", "large"}};
  const auto replies = run(loop, redis.run(std::move(commands), soon()));
  ASSERT_TRUE(replies) << replies.error().message();
  EXPECT_EQ(replies->back().text, value);
}

TEST_F(redis_over_tls, a_server_that_wants_a_certificate_gets_no_further_without) {
  EXPECT_FALSE(ping());
}

TEST_F(redis_over_tls, a_certificate_of_another_name_is_refused) {
  config.tls->server_name = "other.test";
  EXPECT_EQ(ping().error(), core::errc::tls_certificate);
}

TEST_F(redis_over_tls, a_certificate_of_another_authority_is_refused) {
  const tests::certificate_authority others;
  config.tls->ca = others.root();
  EXPECT_EQ(ping().error(), core::errc::tls_certificate);
}

TEST_F(redis_over_tls, a_server_of_plain_text_is_no_server) {
  tests::private_redis plain;
  config.address.port = plain.port();
  EXPECT_FALSE(ping());
}

TEST_F(redis_over_tls, a_file_that_is_wrong_is_told_at_once) {
  config.tls->ca = "/nonexistent/ca.pem";
  EXPECT_THROW(api::redis_connection(loop.worker(), config), std::runtime_error);
}

}  // namespace
