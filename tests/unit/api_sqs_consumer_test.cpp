#include <gtest/gtest.h>

#include "api/aws/sqs_queue.hpp"
#include "api/queue/uuid7.hpp"
#include "tests/support/await.hpp"
#include "tests/unit/api_sqs_fakes.hpp"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

api::call_context within(core::duration time) {
  api::call_context call;
  call.until = core::deadline::in(time, core::now());
  return call;
}

class sqs_consumer : public ::testing::Test {
 protected:
  template <class T>
  T run(core::task<T> what) {
    return tests::run(loop, std::move(what));
  }
  void put(int count) {
    for (int i = 0; i < count; ++i) {
      const auto n = std::to_string(put_++);
      api::queued_message m;
      m.id = api::new_transaction_id();
      m.topic = "notes";
      m.message = n;
      sqs.waiting.push_back({"m" + n, "h" + n, 1, api::message_body(m)});
    }
  }
  std::vector<api::delivery> receive(std::size_t most = 500) {
    return *run(consumer->receive(within(seconds(1)), most));
  }
  void use(core::duration visibility) {
    consumer = std::make_unique<api::sqs_consumer>(loop.worker(), sqs, letters, visibility);
  }
  void SetUp() override { use(seconds(30)); }

  tests::loop loop;
  api_tests::fake_sqs sqs;
  api_tests::fake_letters letters;
  std::unique_ptr<api::sqs_consumer> consumer;

 private:
  int put_ = 0;
};

TEST_F(sqs_consumer, gives_messages_with_the_name_that_stays_the_same) {
  put(2);
  sqs.waiting[1].count = 4;
  const auto batch = receive();
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch[0].receipt, "m0");
  EXPECT_EQ(batch[0].message.message, "0");
  EXPECT_EQ(batch[1].count, 4);
  EXPECT_EQ(batch[1].malformed, "");
}

TEST_F(sqs_consumer, polls_an_empty_queue_once_and_long) {
  EXPECT_TRUE(receive().empty());
  EXPECT_EQ(sqs.waits, std::vector{seconds(1)});
}

TEST_F(sqs_consumer, waits_whole_seconds_and_no_longer_than_sqs_can) {
  run(consumer->receive(within(milliseconds(50)), 10));
  run(consumer->receive(within(std::chrono::minutes(5)), 10));
  EXPECT_EQ(sqs.waits, (std::vector{seconds(0), seconds(20)}));
}

TEST_F(sqs_consumer, gathers_a_batch_out_of_many_polls) {
  put(503);
  EXPECT_EQ(receive(500).size(), 500u);
  EXPECT_EQ(sqs.waiting.size(), 3u);
  // One long poll, then 1, 2, 4, 8, 16 and the 18 that were still missing.
  EXPECT_EQ(sqs.waits.size(), 50u);
  EXPECT_EQ(receive(500).size(), 3u);
  EXPECT_EQ(sqs.waits.size(), 51u);
}

TEST_F(sqs_consumer, takes_no_more_than_it_was_asked_for) {
  put(30);
  EXPECT_EQ(receive(3).size(), 3u);
  EXPECT_EQ(receive(13).size(), 13u);
  EXPECT_EQ(sqs.waiting.size(), 14u);
}

TEST_F(sqs_consumer, hands_out_once_what_it_is_given_twice_and_deletes_by_the_newest_handle) {
  put(1);
  auto twice = sqs.waiting.front();
  twice.receipt_handle = "newer";
  sqs.waiting.push_back(twice);
  const auto batch = receive();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_TRUE(run(consumer->settle(within(seconds(1)), batch)));
  EXPECT_EQ(sqs.removed, std::vector<std::string>{"newer"});
}

TEST_F(sqs_consumer, settles_by_deleting) {
  put(25);
  const auto batch = receive();
  EXPECT_TRUE(run(consumer->settle(within(seconds(1)), batch)));
  EXPECT_EQ(sqs.removed.size(), 25u);
}

TEST_F(sqs_consumer, tells_when_something_could_not_be_deleted) {
  put(2);
  sqs.not_ours = {"h1"};
  const auto batch = receive();
  EXPECT_FALSE(run(consumer->settle(within(seconds(1)), batch)));
  EXPECT_EQ(sqs.removed, std::vector<std::string>{"h0"});
}

TEST_F(sqs_consumer, an_error_of_sqs_is_an_error) {
  sqs.error = core::errc::refused;
  EXPECT_EQ(run(consumer->receive(within(seconds(1)), 10)).error(), core::errc::refused);
  EXPECT_EQ(run(consumer->account(within(seconds(1)))).error(), core::errc::refused);
}

TEST_F(sqs_consumer, keeps_a_dead_letter_before_it_deletes_the_message) {
  put(1);
  const auto batch = receive();
  ASSERT_TRUE(run(consumer->bury(within(seconds(1)), {{batch[0], "poison"}})));
  ASSERT_EQ(letters.kept.size(), 1u);
  EXPECT_EQ(letters.kept[0].reason, "poison");
  EXPECT_EQ(letters.kept[0].what.receipt, "m0");
  EXPECT_EQ(sqs.removed, std::vector<std::string>{"h0"});
}

TEST_F(sqs_consumer, does_not_delete_what_could_not_be_buried) {
  put(1);
  const auto batch = receive();
  letters.error = core::errc::timed_out;
  EXPECT_FALSE(run(consumer->bury(within(seconds(1)), {{batch[0], "poison"}})));
  EXPECT_TRUE(sqs.removed.empty());
}

TEST_F(sqs_consumer, accounts_for_what_sqs_knows) {
  sqs.queue.visible = 5;
  sqs.queue.delayed = 1;
  sqs.queue.in_flight = 3;
  letters.kept.resize(2);
  const auto account = run(consumer->account(within(seconds(1))));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->pending, 9);
  EXPECT_EQ(account->lag, 6);
  EXPECT_EQ(account->dead, 2);
  EXPECT_EQ(account->accepted, std::nullopt);
  EXPECT_EQ(account->oldest_pending, std::nullopt);
}

core::task<> done(core::task<> what) {
  co_await std::move(what);
}

TEST_F(sqs_consumer, hands_back_what_it_has_not_settled_when_it_leaves) {
  put(3);
  auto batch = receive();
  batch.pop_back();
  ASSERT_TRUE(run(consumer->settle(within(seconds(1)), batch)));
  loop.run(done(consumer->leave(within(seconds(1)))));
  EXPECT_EQ(sqs.hidden, (std::map<std::string, int>{{"h2", 1}}));
  EXPECT_EQ(sqs.hidden_for, std::vector{seconds(0)});
}

TEST_F(sqs_consumer, hides_what_is_in_hand_again_and_again) {
  use(seconds(1));
  put(2);
  const auto batch = receive();
  EXPECT_TRUE(run(tests::holds(loop.worker(), [this] { return sqs.hidden["h0"] >= 2; })));
  EXPECT_EQ(sqs.hidden_for.back(), seconds(1));
  ASSERT_TRUE(run(consumer->settle(within(seconds(1)), batch)));
  const auto hidden = sqs.hidden;
  put(1);
  receive();
  EXPECT_TRUE(run(tests::holds(loop.worker(), [this] { return sqs.hidden["h2"] >= 2; })));
  EXPECT_EQ(sqs.hidden.at("h0"), hidden.at("h0"));
}

TEST_F(sqs_consumer, goes_on_hiding_after_an_error) {
  use(seconds(1));
  put(1);
  receive();
  sqs.error = core::errc::timed_out;
  EXPECT_TRUE(run(tests::holds(loop.worker(), [this] { return sqs.hidings >= 1; })));
  sqs.error.clear();
  EXPECT_TRUE(run(tests::holds(loop.worker(), [this] { return sqs.hidings >= 2; })));
  EXPECT_EQ(sqs.hidden["h0"], 1);
}

}  // namespace
