#include "api/aws/sqs_queue.hpp"

#include <map>
#include <set>

#include "tests/integration/api_sqs_fixture.hpp"

namespace {

using api::queue_state;
using tests::in_time;
using tests::receive_until_some;
using tests::soon;
using tests::sqs;
using tests::working_program;

/// How messages come to the queue.
class sqs_path : public sqs, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    sqs::SetUp();
    if (IsSkipped()) return;
    const std::string path = GetParam();
    if (path == "straight") return;
    name = "behind_topic_" + path;
    config = config_of_queue(make_queue(name));
    make_topic(name);
    if (path == "raw")
      subscribe(name, {{"RawMessageDelivery", "true"}});
    else
      subscribe(name);
    config.topic_arn = arn("sns", name);
  }
};

TEST_P(sqs_path, messages_are_stored_exactly_once) {
  auto program = accepting();
  std::map<std::string, std::string> sent;  // id: message
  for (int i = 0; i < 24; ++i) {
    const std::string json = R"({"n": )" + std::to_string(i) + R"(, "text": "é \" \\ <&>"})";
    sent[enqueue(*program, "notes", json)] = json;
  }
  // Newer than the one that is there, or it would change nothing.
  auto m = message(*program, "scores", R"({"isin":"US0378331005","value":71.2})");
  m.accepted_at = 1'900'000'000'000;
  const std::string score = m.id;
  ASSERT_TRUE(run(program->producer().enqueue(in_time(), m, {})));
  sent[score] = R"({"isin": "US0378331005", "value": 71.2})";
  // One of them is sent twice, as after an answer that was lost.
  auto twice = message(*program, "notes", "\"twice\"");
  sent[twice.id] = "\"twice\"";
  ASSERT_TRUE(run(program->producer().enqueue(in_time(), twice, {})));
  ASSERT_TRUE(run(program->producer().enqueue(in_time(), twice, {})));
  for (const auto& [id, json] : sent) EXPECT_EQ(state_of(*program, id), queue_state::pending);

  working_program worker(loop.worker(), config, url_of("remora_worker"));
  const auto settled = [&] { return rows("message") == 26; };
  EXPECT_TRUE(run(worker.work_until(settled)));
  std::map<std::string, std::string> stored;
  for (const auto& row : as_owner("SELECT transaction_id, message FROM message"))
    stored[row[0].c_str()] = row[1].c_str();
  EXPECT_EQ(stored, sent);
  EXPECT_STREQ(as_owner("SELECT value FROM score WHERE isin = 'US0378331005'")[0][0].c_str(),
               "71.20");
  // To the queue a stored message is no longer known.
  EXPECT_EQ(state_of(*program, score), queue_state::unknown);
  const auto account = run(worker.consumer().account(in_time()));
  ASSERT_TRUE(account) << account.error().message();
  EXPECT_EQ(account->pending, 0);
  EXPECT_EQ(account->dead, 0);
}

INSTANTIATE_TEST_SUITE_P(by, sqs_path, ::testing::Values("straight", "notification", "raw"),
                         [](const auto& info) { return info.param; });

TEST_F(sqs, more_than_one_poll_gives_comes_in_one_batch) {
  auto program = accepting();
  std::set<std::string> sent;
  for (int i = 0; i < 47; ++i) sent.insert(enqueue(*program, "notes", std::to_string(i)));
  working_program worker(loop.worker(), config, url_of("remora_worker"));
  auto batch = run(worker.consumer().receive(tests::within(std::chrono::seconds(1)), 500));
  ASSERT_TRUE(batch) << batch.error().message();
  std::set<std::string> received;
  for (const auto& d : *batch) received.insert(d.message.id);
  EXPECT_EQ(received, sent);
  EXPECT_EQ(batch->size(), sent.size());
  EXPECT_EQ(run(worker.consumer().account(in_time()))->pending, 47);
  ASSERT_TRUE(run(worker.consumer().settle(in_time(), *batch)));
  EXPECT_EQ(run(worker.consumer().account(in_time()))->pending, 0);
}

TEST_F(sqs, what_a_crashed_consumer_held_comes_to_another) {
  auto program = accepting();
  const std::string id = enqueue(*program, "notes", "1");
  config.visibility = std::chrono::seconds(1);
  {
    working_program crashes(loop.worker(), config, url_of("remora_worker"));
    ASSERT_EQ(run(receive_until_some(crashes.consumer())).size(), 1u);
  }
  working_program other(loop.worker(), config, url_of("remora_worker"));
  const auto batch = run(receive_until_some(other.consumer()));
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].message.id, id);
  EXPECT_EQ(batch[0].count, 2);
  EXPECT_EQ(state_of(*program, id), queue_state::pending);
}

TEST_F(sqs, what_a_leaving_consumer_has_not_settled_comes_to_another_at_once) {
  auto program = accepting();
  const std::string id = enqueue(*program, "notes", "1");
  config.visibility = std::chrono::hours(1);
  working_program leaving(loop.worker(), config, url_of("remora_worker"));
  ASSERT_EQ(run(receive_until_some(leaving.consumer())).size(), 1u);
  loop.run(leaving.consumer().leave(in_time()));
  working_program other(loop.worker(), config, url_of("remora_worker"));
  const auto batch = run(receive_until_some(other.consumer()));
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].message.id, id);
}

/// Counts how often messages in hand were hidden again.
class counted_calls final : public api::sqs_calls {
 public:
  explicit counted_calls(api::sqs_calls& inner) : inner_(inner) {}
  int hidings = 0;

  core::task<core::result<>> send(api::queued_message m, core::deadline until) override {
    return inner_.send(std::move(m), until);
  }
  core::task<core::result<>> send_to_queue(api::queued_message m, core::deadline until) override {
    return inner_.send_to_queue(std::move(m), until);
  }
  core::task<core::result<std::vector<api::sqs_received>>> receive(std::size_t most,
                                                                   std::chrono::seconds wait,
                                                                   core::deadline until) override {
    return inner_.receive(most, wait, until);
  }
  core::task<core::result<std::vector<std::string>>> remove(std::vector<std::string> handles,
                                                            core::deadline until) override {
    return inner_.remove(std::move(handles), until);
  }
  core::task<core::result<std::vector<std::string>>> hide(std::vector<std::string> handles,
                                                          std::chrono::seconds visibility,
                                                          core::deadline until) override {
    auto lost = co_await inner_.hide(std::move(handles), visibility, until);
    if (lost && lost->empty()) ++hidings;
    co_return lost;
  }
  core::task<core::result<api::sqs_attributes>> attributes(core::deadline until) override {
    return inner_.attributes(until);
  }
  core::task<core::result<std::string>> topic_problem(api::sqs_attributes queue,
                                                      core::deadline until) override {
    return inner_.topic_problem(std::move(queue), until);
  }

 private:
  api::sqs_calls& inner_;
};

TEST_F(sqs, what_stays_in_hand_for_long_is_given_to_nobody_else) {
  auto program = accepting();
  enqueue(*program, "notes", "1");
  config.visibility = std::chrono::seconds(4);
  api::database db(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store letters(db);
  api::signed_sqs_calls calls(loop.worker(), config);
  counted_calls counted(calls);
  api::sqs_consumer holding(loop.worker(), counted, letters, config.visibility);
  api::sqs_consumer other(loop.worker(), calls, letters, config.visibility);
  const auto batch = run(receive_until_some(holding));
  ASSERT_EQ(batch.size(), 1u);
  // Each half of the visibility timeout: after three of them it would have run out.
  ASSERT_TRUE(run(tests::holds(loop.worker(), [&] { return counted.hidings >= 3; })));
  EXPECT_TRUE(run(other.receive(tests::within(std::chrono::milliseconds(10)), 10))->empty());
  ASSERT_TRUE(run(holding.settle(in_time(), batch)));
  EXPECT_EQ(run(holding.account(in_time()))->pending, 0);
}

TEST_F(sqs, a_message_that_is_not_in_hand_any_more_is_told_of) {
  auto program = accepting();
  enqueue(*program, "notes", "1");
  api::signed_sqs_calls calls(loop.worker(), config);
  const auto got = run(calls.receive(1, std::chrono::seconds(1), soon()));
  ASSERT_TRUE(got && got->size() == 1) << got.error().message();
  const auto lost = run(calls.hide({got->front().receipt_handle, "no handle of ours"},
                                   std::chrono::seconds(30), soon()));
  ASSERT_TRUE(lost) << lost.error().message();
  EXPECT_EQ(*lost, std::vector<std::string>{"no handle of ours"});
  const auto kept = run(calls.remove({"no handle of ours"}, soon()));
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(kept->size(), 1u);
}

}  // namespace
