#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/aws/aws_client.hpp"
#include "api/aws/sqs_sides.hpp"
#include "api/http/json.hpp"
#include "api/postgres/database.hpp"
#include "api/queue/message_worker.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"
#include "tests/integration/private_moto.hpp"

namespace tests {

inline api::aws_credentials_config keys_of(std::string id, std::string secret) {
  return {std::move(id), core::secret(std::move(secret)), {}};
}

/// Somebody at a terminal who makes queues and topics.
class aws_terminal {
 public:
  using fields = std::vector<std::pair<std::string, std::string>>;

  aws_terminal(core::worker& w, const core::base_url& url)
      : sqs_(w, {url, {private_moto::region, "sqs"}}, keys_),
        sns_(w, {url, {private_moto::region, "sns"}}, keys_),
        iam_(w, {url, {"us-east-1", "iam"}}, keys_) {}

  core::task<core::result<std::string>> sqs(std::string action, std::string json) {
    api::aws_call call;
    call.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
    call.headers.emplace_back("X-Amz-Target", "AmazonSQS." + action);
    call.action = std::move(action);
    call.body = std::move(json);
    return sqs_.call(std::move(call), soon());
  }
  core::task<core::result<std::string>> sns(std::string action, fields with) {
    return sns_.call(form(std::move(action), std::move(with)), soon());
  }
  core::task<core::result<std::string>> iam(std::string action, fields with) {
    return iam_.call(form(std::move(action), std::move(with)), soon());
  }

 private:
  static api::aws_call form(std::string action, fields with) {
    api::aws_call call;
    call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    call.body = "Action=" + action;
    for (const auto& [name, value] : with) call.body += "&" + name + "=" + core::url_encode(value);
    call.action = std::move(action);
    return call;
  }

  api::configured_credentials keys_{keys_of("test", "test")};
  api::aws_client sqs_, sns_, iam_;
};

/// PostgreSQL, Redis and AWS for the tests of a suite; each test has a queue of its own.
class with_sqs : public with_postgres {
 protected:
  static void SetUpTestSuite() {
    with_postgres::SetUpTestSuite();
    if (!unavailable().empty()) return;
    redis = std::make_unique<private_redis>();
    moto = std::make_unique<private_moto>();
  }
  static void TearDownTestSuite() {
    moto.reset();
    redis.reset();
  }
  static std::string unavailable() {
    for (const auto& why : {private_postgres::unavailable(), private_redis::unavailable(),
                            private_moto::unavailable()})
      if (!why.empty()) return why;
    return {};
  }

  void SetUp() override {
    if (const auto why = unavailable(); !why.empty()) GTEST_SKIP() << why;
    as_owner("TRUNCATE message, dead_letter");
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    name = std::string(test->name()).substr(0, 70);
    std::replace(name.begin(), name.end(), '/', '-');  // of a test with parameters
    terminal = std::make_unique<aws_terminal>(loop.worker(), moto->url());
    config = config_of_queue(make_queue(name));
  }

  /// Its URL. Anybody may send to it, as the policy of a queue behind a topic says.
  core::base_url make_queue(const std::string& queue, const std::string& retention = "345600") {
    api::json_value policy;
    policy.kind = api::json_kind::string;
    policy.text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                  R"("Action":"sqs:SendMessage","Resource":"*"}]})";
    const auto made =
        run(loop, terminal->sqs("CreateQueue", R"({"QueueName":")" + queue +
                                                   R"(","Attributes":{"MessageRetentionPeriod":")" +
                                                   retention + R"(","Policy":)" +
                                                   policy.to_string() + "}}"));
    EXPECT_TRUE(made) << made.error().message();
    core::base_url url = moto->url();
    url.path = std::string("/") + private_moto::account + "/" + queue;
    return url;
  }
  static std::string arn(const std::string& service, const std::string& what) {
    return "arn:aws:" + service + ":" + private_moto::region + ":" + private_moto::account + ":" +
           what;
  }
  void make_topic(const std::string& topic) {
    const auto made = run(loop, terminal->sns("CreateTopic", {{"Name", topic}}));
    EXPECT_TRUE(made) << made.error().message();
  }
  void subscribe(const std::string& topic, aws_terminal::fields attributes = {}) {
    aws_terminal::fields all{
        {"TopicArn", arn("sns", topic)}, {"Protocol", "sqs"}, {"Endpoint", arn("sqs", name)}};
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const std::string entry = "Attributes.entry." + std::to_string(i + 1);
      all.emplace_back(entry + ".key", attributes[i].first);
      all.emplace_back(entry + ".value", attributes[i].second);
    }
    const auto made = run(loop, terminal->sns("Subscribe", std::move(all)));
    EXPECT_TRUE(made) << made.error().message();
  }

  static api::sqs_config config_of_queue(const core::base_url& queue) {
    api::sqs_config config;
    config.region = private_moto::region;
    config.queue_url = queue;
    config.topic_endpoint = moto->url();
    config.credentials = keys_of("test", "test");
    config.seal = core::secret("0123456789abcdef0123456789abcdef");
    return config;
  }
  static api::redis_config config_of_redis() {
    api::redis_config config;
    config.address = {"127.0.0.1", redis->port()};
    config.password = core::secret(private_redis::password());
    return config;
  }

  inline static std::unique_ptr<private_redis> redis;
  inline static std::unique_ptr<private_moto> moto;
  tests::loop loop;
  std::string name;  ///< of the queue
  std::unique_ptr<aws_terminal> terminal;
  api::sqs_config config;
};

/// What a program of the role `securities` has of the queue.
struct accepting_program {
  accepting_program(core::worker& w, const api::sqs_config& config, const std::string& url,
                    const api::redis_config& redis, std::int64_t limit = 1'000'000)
      : db(w, {core::secret(url), 2}),
        side(api::make_sqs_accepting_side(w, config, limit, redis, db)) {}
  api::message_producer& producer() { return side->producer(); }

  api::database db;
  std::unique_ptr<api::accepting_side> side;
};

/// Messages through a queue of the test's own.
class sqs : public with_sqs {
 protected:
  template <class T>
  T run(core::task<T> what) {
    return tests::run(loop, std::move(what));
  }
  std::unique_ptr<accepting_program> accepting(std::int64_t limit = 1'000'000) {
    return std::make_unique<accepting_program>(loop.worker(), config, url_of("remora_reader"),
                                               config_of_redis(), limit);
  }
  static api::queued_message message(accepting_program& of, const std::string& topic,
                                     const std::string& json) {
    auto m = message_of(topic, json);
    m.id = of.producer().new_id();
    return m;
  }
  /// Takes a message; gives its id.
  std::string enqueue(accepting_program& at, const std::string& topic, const std::string& json) {
    auto taken = run(at.producer().enqueue(in_time(), message(at, topic, json), {}));
    EXPECT_TRUE(taken) << taken.error().message();
    return taken ? taken->id : "";
  }
  api::queue_state state_of(accepting_program& at, const std::string& id) {
    const auto entry = run(at.producer().find(in_time(), id));
    EXPECT_TRUE(entry) << entry.error().message();
    return entry ? entry->state : api::queue_state::unknown;
  }
  static std::int64_t rows(const std::string& table) {
    return as_owner("SELECT count(*) FROM " + table)[0][0].as<std::int64_t>();
  }
};

/// The worker's side of the queue, until `done` holds.
class working_program {
 public:
  working_program(core::worker& w, const api::sqs_config& config, const std::string& url)
      : worker_(w),
        db_(w, {core::secret(url), 3}),
        store_(db_),
        side_(api::make_sqs_storing_side(w, config, db_)) {}

  core::task<bool> work_until(std::function<bool()> done) {
    core::readiness ready;
    api::message_worker messages(worker_, side_->consumer(), store_, {}, ready.add("messages"));
    worker_.start("messages", messages.run());
    const bool held = co_await holds(worker_, std::move(done));
    co_await messages.stop(soon());
    co_return held;
  }
  api::message_consumer& consumer() { return side_->consumer(); }
  api::dead_letter_box& dead_letters() { return side_->dead_letters(); }
  api::message_store& store() { return store_; }

 private:
  core::worker& worker_;
  api::database db_;
  api::postgres_message_store store_;
  std::unique_ptr<api::storing_side> side_;
};

/// The first messages that come, in time.
inline core::task<std::vector<api::delivery>> receive_until_some(api::message_consumer& from) {
  const auto until = soon();
  for (;;) {
    auto batch = co_await from.receive(within(std::chrono::seconds(1)), 10);
    if ((batch && !batch->empty()) || until.passed(core::now())) co_return std::move(batch.value());
  }
}

}  // namespace tests
