#include "api/redis/redis_messages.hpp"
#include "tests/integration/api_redis_consumer_fixture.hpp"

namespace {

using tests::deliveries;
using tests::ids_of;
using tests::in_time;
using tests::redis_consumer;
using tests::run;
using tests::soon;

TEST_F(redis_consumer, messages_come_in_the_order_in_which_they_were_accepted) {
  const auto ids = accept(3);
  auto& one = worker("one");
  EXPECT_EQ(ids_of(receive(one, 2)), (std::vector<std::string>{ids[0], ids[1]}));
  const auto rest = receive(one);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].message.id, ids[2]);
  EXPECT_EQ(rest[0].message.message, "2");
  EXPECT_EQ(rest[0].count, 1);
}

TEST_F(redis_consumer, a_message_is_pending_until_it_is_settled) {
  const auto id = accept(1).front();
  auto& one = worker("one");
  auto got = receive(one);
  EXPECT_EQ(find(id).state, api::queue_state::pending);
  ASSERT_TRUE(settle(one, std::move(got)));
  EXPECT_EQ(find(id).state, api::queue_state::unknown);
  EXPECT_TRUE(recover(one).empty());
}

TEST_F(redis_consumer, a_wait_in_vain_gives_nothing_and_is_no_error) {
  auto& one = worker("one");
  const auto got =
      run(loop, one.consumer.receive(tests::within(std::chrono::milliseconds(30)), 10));
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->empty());
}

TEST_F(redis_consumer, the_account_balances_at_every_step) {
  auto& one = worker("one");
  const auto balanced = [&] {
    const auto a = account(one);
    return std::vector<std::int64_t>{a.accepted.value_or(-1), a.pending, a.lag, a.dead};
  };
  using books = std::vector<std::int64_t>;
  EXPECT_EQ(balanced(), (books{0, 0, 0, 0}));
  EXPECT_FALSE(account(one).oldest_pending);
  accept(4);
  EXPECT_EQ(balanced(), (books{4, 4, 4, 0}));
  EXPECT_EQ(account(one).oldest_pending, 1'700'000'000'000);
  auto got = receive(one, 3);
  EXPECT_EQ(balanced(), (books{4, 4, 1, 0}));
  ASSERT_TRUE(settle(one, {got[0]}));
  EXPECT_EQ(balanced(), (books{4, 3, 1, 0}));
  EXPECT_EQ(account(one).oldest_pending, 1'700'000'000'001);
  ASSERT_TRUE(bury(one, got[1], "poison"));
  EXPECT_EQ(balanced(), (books{4, 2, 1, 1}));
  ASSERT_TRUE(settle(one, {got[2]}));
  ASSERT_TRUE(settle(one, receive(one)));
  EXPECT_EQ(balanced(), (books{4, 0, 0, 1}));  // three were settled: 4 = 3 + 0 + 1
}

TEST_F(redis_consumer, what_is_in_hand_does_not_come_again) {
  const auto ids = accept(2);
  auto& one = worker("one", std::chrono::milliseconds(1));
  auto got = receive(one);
  ASSERT_EQ(got.size(), 2u);
  // It is idle for longer than anybody's patience, and ours all the same.
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(recover(one).empty());
  accept(1);
  EXPECT_EQ(receive(one).size(), 1u);
  EXPECT_TRUE(recover(one).empty());
}

TEST_F(redis_consumer, looking_for_what_others_left_counts_nothing_against_what_is_in_hand) {
  accept(1);
  auto& one = worker("one", std::chrono::milliseconds(1));
  ASSERT_EQ(receive(one).front().count, 1);
  for (int i = 0; i < 20; ++i) recover(one);
  EXPECT_EQ(recover(worker("one")).front().count, 2);  // after a crash: the second time
}

TEST_F(redis_consumer, a_consumer_that_starts_again_gets_what_it_had_not_settled) {
  const auto ids = accept(2);
  auto& before = worker("one");
  ASSERT_EQ(receive(before).size(), 2u);
  auto& after = worker("one");
  auto again = recover(after);
  EXPECT_EQ(ids_of(again), ids);
  EXPECT_EQ(again[0].count, 2);
  EXPECT_TRUE(recover(after).empty());
  ASSERT_TRUE(settle(after, std::move(again)));
  EXPECT_TRUE(recover(after).empty());
  EXPECT_EQ(account(after).pending, 0);
}

TEST_F(redis_consumer, what_it_left_behind_comes_in_batches_and_each_message_once) {
  const auto ids = accept(5);
  ASSERT_EQ(receive(worker("one")).size(), 5u);
  auto& after = worker("one");
  std::vector<std::string> found;
  for (int i = 0; i < 6; ++i)
    for (const auto& id : ids_of(recover(after, 2))) found.push_back(id);
  EXPECT_EQ(found, ids);
}

TEST_F(redis_consumer, deliveries_are_counted_over_every_start) {
  accept(1);
  ASSERT_EQ(receive(worker("one")).front().count, 1);
  for (int start = 2; start <= 4; ++start) EXPECT_EQ(recover(worker("one")).front().count, start);
}

TEST_F(redis_consumer, what_a_crashed_consumer_held_is_claimed_by_another) {
  const auto id = accept(1).front();
  ASSERT_EQ(receive(worker("crashed")).size(), 1u);
  auto& other = worker("other", std::chrono::milliseconds(10));
  auto claimed = recover_in_time(other);
  ASSERT_EQ(ids_of(claimed), std::vector<std::string>{id});
  EXPECT_EQ(claimed.front().count, 2);
  ASSERT_TRUE(settle(other, std::move(claimed)));
  EXPECT_EQ(find(id).state, api::queue_state::unknown);
}

TEST_F(redis_consumer, what_another_consumer_holds_for_a_short_while_is_its_own) {
  accept(1);
  auto& holder = worker("holder");
  ASSERT_EQ(receive(holder).size(), 1u);
  auto& other = worker("other", std::chrono::hours(1));
  EXPECT_TRUE(recover(other).empty());
  EXPECT_TRUE(recover(other).empty());
}

TEST_F(redis_consumer, what_is_in_hand_hides_nothing_that_others_left_behind) {
  accept(5);
  auto& one = worker("one", std::chrono::milliseconds(1));
  ASSERT_EQ(receive(one).size(), 5u);
  const auto ids = accept(3);
  ASSERT_EQ(receive(worker("crashed")).size(), 3u);
  std::vector<std::string> found;
  const auto until = soon();
  while (found.size() < 3 && !until.passed(core::now()))
    for (const auto& d : recover(one, 2)) {
      EXPECT_EQ(d.count, 2);
      found.push_back(d.message.id);
    }
  EXPECT_EQ(found, ids);
}

TEST_F(redis_consumer, a_delivery_whose_reply_was_lost_comes_again_and_what_is_in_hand_does_not) {
  accept(2);
  auto& one = worker("one");
  ASSERT_EQ(receive(one).size(), 2u);
  const auto id = accept(1).front();
  ASSERT_EQ(receive(worker("one")).size(), 1u);  // in its name, and unknown to it
  server->stop();
  EXPECT_FALSE(run(loop, one.consumer.receive(in_time(), 10)));
  server->start();
  core::result<deliveries> again = core::errc::refused;
  const auto until = soon();
  while (!again && !until.passed(core::now()))
    again = run(loop, one.consumer.recover(in_time(), 10));
  ASSERT_TRUE(again);
  ASSERT_EQ(ids_of(*again), std::vector<std::string>{id});
  EXPECT_EQ(again->front().count, 2);
  EXPECT_TRUE(recover(one).empty());
}

TEST_F(redis_consumer, entries_that_somebody_deleted_hide_nothing_behind_them) {
  const auto ids = accept(3);
  const auto before = receive(worker("one"));
  command({"XDEL", api::message_stream, before.at(0).receipt, before.at(1).receipt});
  auto& after = worker("one");
  std::vector<std::string> found;
  for (int i = 0; i < 5; ++i)
    for (const auto& id : ids_of(recover(after, 2))) found.push_back(id);
  EXPECT_EQ(found, std::vector<std::string>{ids[2]});
}

TEST_F(redis_consumer, a_settlement_that_failed_brings_the_messages_again) {
  const auto id = accept(1).front();
  auto& one = worker("one");
  auto got = receive(one);
  server->stop();
  EXPECT_FALSE(settle(one, std::move(got)));
  server->start();
  core::result<deliveries> again = core::errc::refused;
  const auto until = soon();
  while (!again && !until.passed(core::now()))
    again = run(loop, one.consumer.recover(in_time(), 10));
  ASSERT_TRUE(again);
  ASSERT_EQ(ids_of(*again), std::vector<std::string>{id});
  EXPECT_EQ(again->front().count, 2);
}

TEST_F(redis_consumer, a_stream_that_was_deleted_is_joined_anew) {
  auto& one = worker("one");
  accept(1);
  ASSERT_TRUE(settle(one, receive(one)));
  command({"DEL", api::message_stream});
  EXPECT_FALSE(run(loop, one.consumer.receive(in_time(), 10)));
  const auto id = accept(1).front();
  EXPECT_EQ(ids_of(receive(one)), std::vector<std::string>{id});
}

TEST_F(redis_consumer, an_entry_of_strangers_comes_as_malformed_and_can_be_buried) {
  command({"XADD", api::message_stream, "*", "hello", "world"});
  auto& one = worker("one");
  auto got = receive(one);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].malformed, "the entry has no transaction id");
  ASSERT_TRUE(bury(one, got[0], got[0].malformed));
  EXPECT_EQ(account(one).pending, 0);
  EXPECT_EQ(account(one).dead, 1);
}

TEST_F(redis_consumer, leaves_the_group_only_when_it_has_nothing_to_settle) {
  accept(1);
  auto& one = worker("one");
  auto got = receive(one);
  loop.run(one.consumer.leave(in_time()));
  EXPECT_EQ(command({"XINFO", "CONSUMERS", api::message_stream, "worker"}).items.size(), 1u);
  ASSERT_TRUE(settle(one, std::move(got)));
  loop.run(one.consumer.leave(in_time()));
  EXPECT_TRUE(command({"XINFO", "CONSUMERS", api::message_stream, "worker"}).items.empty());
}

}  // namespace
