#include "api/aws/sqs_queue.hpp"
#include "api/redis/redis_idempotency.hpp"
#include "tests/integration/api_sqs_fixture.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/refusing_port.hpp"

namespace {

using api::acceptance;
using api::queue_errc;
using api::queue_state;
using tests::in_time;
using tests::keys_of;
using tests::soon;
using tests::sqs;
using tests::working_program;

TEST_F(sqs, pending_is_known_to_every_replica_and_strangers_ids_are_not) {
  auto one = accepting(), another = accepting();
  const std::string id = enqueue(*one, "notes", "1");
  EXPECT_EQ(state_of(*another, id), queue_state::pending);
  EXPECT_EQ(state_of(*another, api::new_transaction_id()), queue_state::unknown);
  config.previous_seal = std::exchange(config.seal, core::secret(std::string(32, 'x')));
  auto with_new_key = accepting();
  EXPECT_EQ(state_of(*with_new_key, id), queue_state::pending);
  config.previous_seal.reset();
  auto with_another_key = accepting();
  EXPECT_EQ(state_of(*with_another_key, id), queue_state::unknown);
}

TEST_F(sqs, is_full_at_its_limit) {
  auto program = accepting(2);
  enqueue(*program, "notes", "1");
  enqueue(*program, "notes", "2");
  const auto third = run(program->producer().enqueue(in_time(), message(*program, "n", "3"), {}));
  EXPECT_EQ(third.error(), queue_errc::full);
  auto replica = accepting(2);
  const auto there = run(replica->producer().enqueue(in_time(), message(*replica, "n", "3"), {}));
  EXPECT_EQ(there.error(), queue_errc::full);
}

TEST_F(sqs, a_queue_that_keeps_messages_for_less_than_a_day_is_no_receipt) {
  config = config_of_queue(make_queue("short_lived", "3600"));
  auto program = accepting();
  EXPECT_EQ(run(program->producer().check(soon())).error(), queue_errc::not_durable);
}

TEST_F(sqs, a_topic_that_does_not_lead_to_the_queue_is_no_receipt) {
  make_topic(name);
  config.topic_arn = arn("sns", name);
  auto program = accepting();
  EXPECT_EQ(run(program->producer().check(soon())).error(), queue_errc::not_durable);
  subscribe(name, {{"FilterPolicy", R"({"kind":["a"]})"}});
  EXPECT_EQ(run(program->producer().check(soon())).error(), queue_errc::not_durable);
}

TEST_F(sqs, a_queue_without_policy_takes_nothing_from_a_topic) {
  ASSERT_TRUE(run(terminal->sqs("CreateQueue", R"({"QueueName":"closed"})")));
  name = "closed";
  config.queue_url.path = std::string("/") + tests::private_moto::account + "/closed";
  make_topic(name);
  subscribe(name);
  auto straight = accepting();
  EXPECT_TRUE(run(straight->producer().check(soon())));
  config.topic_arn = arn("sns", name);
  auto program = accepting();
  EXPECT_EQ(run(program->producer().check(soon())).error(), queue_errc::not_durable);
}

TEST_F(sqs, a_queue_or_topic_that_is_not_there_is_told_by_name) {
  auto missing = config;
  missing.queue_url.path += "x";
  std::swap(config, missing);
  auto program = accepting();
  EXPECT_EQ(run(program->producer().check(soon())).error().message(), "QueueDoesNotExist");
  std::swap(config, missing);
  config.topic_arn = arn("sns", "nowhere");
  auto behind_topic = accepting();
  EXPECT_EQ(run(behind_topic->producer().check(soon())).error().message(), "NotFound");
}

/// AWS that checks signatures and permissions while it lives.
class strict_aws {
 public:
  strict_aws(tests::loop& on, const core::base_url& url) : loop_(on), client_(on.worker(), url) {
    set("0");
  }
  ~strict_aws() { set("inf"); }
  strict_aws(const strict_aws&) = delete;

 private:
  void set(const std::string& requests_without_keys) {
    core::outgoing_request request;
    request.method = "POST";
    request.target = "/moto-api/reset-auth";
    request.body = requests_without_keys;
    const auto done = tests::run(loop_, client_.send(std::move(request), soon()));
    EXPECT_TRUE(done && done->status == 200);
  }
  tests::loop& loop_;
  core::http_client client_;
};

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto at = text.find(begin) + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

// moto computes the signatures with AWS' own library.
TEST_F(sqs, signatures_are_those_that_aws_computes) {
  make_topic(name);
  subscribe(name);
  config.topic_arn = arn("sns", name);
  ASSERT_TRUE(run(terminal->iam("CreateUser", {{"UserName", "remora"}})));
  const auto key = run(terminal->iam("CreateAccessKey", {{"UserName", "remora"}}));
  ASSERT_TRUE(key) << key.error().message();
  ASSERT_TRUE(run(terminal->iam(
      "PutUserPolicy",
      {{"UserName", "remora"},
       {"PolicyName", "queue"},
       {"PolicyDocument",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":)"
        R"(["sqs:SendMessage","sqs:ReceiveMessage","sqs:DeleteMessage*",)"
        R"("sqs:GetQueueAttributes","sns:Publish","sns:ListSubscriptionsByTopic",)"
        R"("sns:GetSubscriptionAttributes"]}]})"}})));
  const std::string id = between(*key, "<AccessKeyId>", "<");
  const std::string secret = between(*key, "<SecretAccessKey>", "<");
  const strict_aws strict(loop, moto->url());

  config.credentials = keys_of(id, secret);
  auto program = accepting();
  enqueue(*program, "notes", R"("é <&> +%20")");
  api::signed_sqs_calls calls(loop.worker(), config);
  const auto got = run(calls.receive(10, std::chrono::seconds(1), soon()));
  ASSERT_TRUE(got && got->size() == 1) << got.error().message();
  EXPECT_TRUE(run(calls.remove({got->front().receipt_handle}, soon())));
  EXPECT_EQ(run(calls.hide({got->front().receipt_handle}, std::chrono::seconds(5), soon()))
                .error()
                .message(),
            "AccessDenied");

  config.credentials = keys_of(id, secret + "x");
  auto with_wrong_secret = accepting();
  EXPECT_EQ(run(with_wrong_secret->producer().check(soon())).error().message(),
            "SignatureDoesNotMatch");
  config.credentials = keys_of("AKIAUNKNOWN", secret);
  auto with_wrong_key = accepting();
  EXPECT_EQ(run(with_wrong_key->producer().check(soon())).error().message(),
            "InvalidClientTokenId");
}

TEST_F(sqs, without_aws_nothing_is_taken_and_nothing_hangs) {
  const tests::refusing_port nobody(loop.worker());
  config.queue_url.authority = nobody.where();
  auto program = accepting();
  const auto call = tests::within(std::chrono::milliseconds(500));
  const auto refused = run(program->producer().enqueue(call, message(*program, "n", "1"), {}));
  EXPECT_EQ(refused.error(), core::errc::refused);
}

const api::idempotency once{"client\nkey", "print"};

TEST_F(sqs, the_same_key_has_one_effect) {
  auto program = accepting();
  const api::idempotency mine{name + once.key, once.fingerprint};
  const auto first = run(program->producer().enqueue(in_time(), message(*program, "n", "1"), mine));
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->what, acceptance::outcome::taken);
  auto replica = accepting();
  const auto again = run(replica->producer().enqueue(in_time(), message(*replica, "n", "1"), mine));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->what, acceptance::outcome::replayed);
  EXPECT_EQ(again->id, first->id);
  const api::idempotency other{mine.key, "another"};
  const auto conflict =
      run(replica->producer().enqueue(in_time(), message(*replica, "n", "2"), other));
  EXPECT_EQ(conflict->what, acceptance::outcome::conflict);
  working_program worker(loop.worker(), config, url_of("remora_worker"));
  EXPECT_TRUE(run(worker.work_until([] { return rows("message") == 1; })));
  EXPECT_EQ(run(worker.consumer().account(in_time()))->pending, 0);
}

TEST_F(sqs, a_key_that_was_claimed_by_who_crashed_keeps_its_id) {
  auto program = accepting();
  api::redis_connection connection(loop.worker(), config_of_redis());
  api::redis_idempotency keys(connection);
  const api::idempotency mine{name + once.key, once.fingerprint};
  const std::string id = program->producer().new_id();
  EXPECT_EQ(run(keys.claim(in_time(), mine, id))->what, api::idempotency_claim::state::fresh);
  const auto taken = run(program->producer().enqueue(in_time(), message(*program, "n", "1"), mine));
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(taken->what, acceptance::outcome::taken);
  EXPECT_EQ(taken->id, id);
  EXPECT_EQ(run(keys.claim(in_time(), mine, "unused"))->what, api::idempotency_claim::state::taken);
  const auto lives =
      run(connection.run(core::redis_command{"TTL", api::claim_key(mine.key)}, soon()));
  ASSERT_TRUE(lives) << lives.error().message();
  EXPECT_GT(lives->integer, 23 * 3600);
  EXPECT_LE(lives->integer, 24 * 3600);
}

TEST_F(sqs, without_redis_only_requests_with_a_key_are_refused) {
  auto redis_config = config_of_redis();
  const tests::refusing_port nobody(loop.worker());
  redis_config.address = nobody.where();
  tests::accepting_program program(loop.worker(), config, url_of("remora_reader"), redis_config);
  const auto refused = run(program.producer().enqueue(in_time(), message(program, "n", "1"), once));
  EXPECT_EQ(refused.error(), core::errc::refused);
  enqueue(program, "n", "1");
}

/// The system's roots, for whoever looks for them while it lives.
class system_roots {
 public:
  explicit system_roots(const std::string& file) { setenv("SSL_CERT_FILE", file.c_str(), 1); }
  ~system_roots() { unsetenv("SSL_CERT_FILE"); }
  system_roots(const system_roots&) = delete;
};

TEST_F(sqs, speaks_tls_with_whom_the_systems_roots_vouch_for) {
  tests::certificate_authority authority;
  const auto files = authority.issue("aws", "IP:127.0.0.1");
  const tests::private_moto with_tls(tests::moto_files{files.certificate, files.key});
  {
    const system_roots trusted(authority.root());
    terminal = std::make_unique<tests::aws_terminal>(loop.worker(), with_tls.url());
    make_queue(name);
    make_topic(name);
    subscribe(name);
    config.topic_arn = arn("sns", name);
    config.queue_url.tls = true;
    config.queue_url.authority = with_tls.url().authority;
    config.topic_endpoint = with_tls.url();
    auto program = accepting();
    const std::string id = enqueue(*program, "notes", "1");
    api::signed_sqs_calls calls(loop.worker(), config);
    const auto got = run(calls.receive(10, std::chrono::seconds(1), soon()));
    ASSERT_TRUE(got && got->size() == 1) << got.error().message();
    EXPECT_EQ(api::to_delivery(got->front()).message.id, id);
  }
  auto distrustful = accepting();
  EXPECT_EQ(run(distrustful->producer().check(soon())).error(), core::errc::tls_certificate);
}

}  // namespace
