#include <memory>

#include "api/redis/redis_messages.hpp"
#include "api/redis/redis_queue.hpp"
#include "tests/integration/api_redis_fixture.hpp"

namespace {

using tests::in_time;
using tests::message_of;
using tests::run;
using tests::soon;
using deliveries = std::vector<api::delivery>;

/// A worker's side of the queue, with its own connections.
struct worker_side {
  worker_side(core::worker& w, const api::redis_config& redis, std::string name,
              core::duration claim_after)
      : reading(w, redis), control(w, redis), consumer(reading, control, [&] {
          api::delivery_config config;
          config.consumer = std::move(name);
          config.claim_after = claim_after;
          return config;
        }()) {}
  api::redis_connection reading, control;
  api::redis_consumer consumer;
};

class redis_consumer : public tests::with_redis {
 protected:
  void SetUp() override {
    with_redis::SetUp();
    if (IsSkipped()) return;
    accepting.emplace(loop.worker(), config);
    producer.emplace(*accepting, log, 1000);
  }
  /// It lives as long as the test, as a worker's connections do as long as the worker.
  worker_side& worker(std::string name, core::duration claim_after = std::chrono::hours(1)) {
    sides_.push_back(
        std::make_unique<worker_side>(loop.worker(), config, std::move(name), claim_after));
    return *sides_.back();
  }
  std::vector<std::string> accept(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      auto m = message_of("notes", std::to_string(i), 1'700'000'000'000 + static_cast<int>(i));
      ids.push_back(m.id);
      EXPECT_TRUE(run(loop, producer->enqueue(in_time(), std::move(m), std::nullopt)));
    }
    return ids;
  }
  deliveries receive(worker_side& side, std::size_t most = 10) {
    return run(loop, side.consumer.receive(in_time(), most)).value();
  }
  deliveries recover(worker_side& side, std::size_t most = 10) {
    return run(loop, side.consumer.recover(in_time(), most)).value();
  }
  /// As `recover`, until there is something.
  deliveries recover_in_time(worker_side& side) {
    deliveries found;
    const auto until = soon();
    while (found.empty() && !until.passed(core::now())) found = recover(side);
    return found;
  }
  bool settle(worker_side& side, deliveries stored) {
    return run(loop, side.consumer.settle(in_time(), std::move(stored))).has_value();
  }
  bool bury(worker_side& side, api::delivery what, std::string reason) {
    std::vector<api::dead_letter> letters{{std::move(what), std::move(reason)}};
    return run(loop, side.consumer.bury(in_time(), std::move(letters))).has_value();
  }
  api::queue_account account(worker_side& side) {
    return run(loop, side.consumer.account(in_time())).value();
  }
  api::queue_entry find(const std::string& id) {
    return run(loop, producer->find(in_time(), id)).value();
  }

  std::optional<api::redis_connection> accepting;
  std::optional<api::redis_producer> producer;

 private:
  std::vector<std::unique_ptr<worker_side>> sides_;
};

std::vector<std::string> ids_of(const deliveries& batch) {
  std::vector<std::string> ids;
  for (const auto& d : batch) ids.push_back(d.message.id);
  return ids;
}

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

class redis_dead_letters : public redis_consumer {
 protected:
  void SetUp() override {
    redis_consumer::SetUp();
    if (IsSkipped()) return;
    side = &worker("one");
    box.emplace(side->control);
  }
  /// Accepts and buries so many, and gives their ids.
  std::vector<std::string> bury_some(std::size_t count) {
    const auto ids = accept(count);
    for (auto& d : receive(*side, count))
      EXPECT_TRUE(bury(*side, d, "poison " + d.message.message));
    return ids;
  }
  std::vector<api::dead_letter> list(std::string after, std::size_t most = 10) {
    return run(loop, box->list(in_time(), std::move(after), most)).value();
  }
  api::redriven redrive(api::dead_letter letter) {
    return run(loop, box->redrive(in_time(), std::move(letter))).value();
  }

  worker_side* side = nullptr;
  std::optional<api::redis_dead_letters> box;
};

TEST_F(redis_dead_letters, keep_message_reason_and_deliveries) {
  const auto id = bury_some(1).front();
  EXPECT_EQ(find(id).state, api::queue_state::dead);
  EXPECT_EQ(find(id).reason, "poison 0");
  const auto letters = list("");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].reason, "poison 0");
  EXPECT_EQ(letters[0].what.message.id, id);
  EXPECT_EQ(letters[0].what.message.message, "0");
  EXPECT_EQ(letters[0].what.count, 1);
}

TEST_F(redis_dead_letters, are_none_before_the_first) {
  EXPECT_TRUE(list("").empty());
}

TEST_F(redis_dead_letters, are_listed_page_by_page_the_oldest_first) {
  const auto ids = bury_some(5);
  std::vector<std::string> seen;
  std::string after;
  for (auto page = list(after, 2); !page.empty(); page = list(after, 2)) {
    EXPECT_LE(page.size(), 2u);
    for (const auto& letter : page) seen.push_back(letter.what.message.id);
    after = page.back().what.receipt;
  }
  EXPECT_EQ(seen, ids);
}

TEST_F(redis_dead_letters, a_page_goes_on_after_one_that_was_redriven) {
  const auto ids = bury_some(3);
  const auto first = list("", 1).front();
  ASSERT_EQ(redrive(first), api::redriven::pending);
  const auto rest = list(first.what.receipt);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].what.message.id, ids[1]);
}

TEST_F(redis_dead_letters, one_that_is_redriven_is_pending_again_under_its_id) {
  const auto id = bury_some(1).front();
  ASSERT_EQ(redrive(list("").front()), api::redriven::pending);
  EXPECT_EQ(find(id).state, api::queue_state::pending);
  EXPECT_TRUE(list("").empty());
  const auto books = account(*side);
  EXPECT_EQ(books.accepted, 1);  // it is the same message still
  EXPECT_EQ(books.pending, 1);
  EXPECT_EQ(books.dead, 0);

  auto again = receive(*side);
  ASSERT_EQ(ids_of(again), std::vector<std::string>{id});
  EXPECT_EQ(again[0].count, 1);
  EXPECT_EQ(again[0].message.accepted_at, 1'700'000'000'000);
  ASSERT_TRUE(settle(*side, std::move(again)));
  EXPECT_EQ(find(id).state, api::queue_state::unknown);
}

TEST_F(redis_dead_letters, one_that_is_no_dead_letter_any_more_is_gone) {
  bury_some(1);
  const auto letter = list("").front();
  ASSERT_EQ(redrive(letter), api::redriven::pending);
  EXPECT_EQ(redrive(letter), api::redriven::gone);
  EXPECT_EQ(account(*side).pending, 1);  // once, not twice
}

TEST_F(redis_dead_letters, a_redis_that_is_gone_is_an_error) {
  bury_some(1);
  const auto letter = list("").front();
  server->stop();
  EXPECT_FALSE(run(loop, box->list(in_time(), "", 10)));
  EXPECT_FALSE(run(loop, box->redrive(in_time(), letter)));
}

}  // namespace
