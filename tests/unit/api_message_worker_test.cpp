#include "api/queue/message_worker.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/sqlstate.hpp"
#include "tests/support/loop.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;

api::delivery message(const std::string& id, std::int64_t count = 1) {
  api::delivery d;
  d.receipt = id + "-0";
  d.count = count;
  d.message.id = id;
  d.message.topic = "notes";
  d.message.message = "{}";
  return d;
}

core::task<> stop_and_tell(api::message_worker& worker, bool& stopped) {
  co_await worker.stop(core::deadline::in(std::chrono::seconds(30), core::now()));
  stopped = true;
}

class message_worker : public ::testing::Test {
 protected:
  message_worker() { store.poison_error = core::sqlstate_error("23503"); }

  // Runs until everything prepared has been settled or buried, then stops as a drain would.
  core::task<> work() {
    const std::size_t all = queue.prepared();
    start();
    const auto done = [this, all] { return queue.settled.size() + queue.buried.size() >= all; };
    co_await holds(loop.worker(), done);
    co_await worker.stop(core::deadline::in(std::chrono::seconds(30), core::now()));
  }
  void start() { loop.worker().start("messages", worker.run()); }
  bool comes_true(std::function<bool()> condition) {
    return run(loop, holds(loop.worker(), std::move(condition)));
  }
  void stop(core::duration time) { loop.run(worker.stop(core::deadline::in(time, core::now()))); }
  std::vector<std::string> buried_ids() const {
    std::vector<std::string> ids;
    for (const auto& letter : queue.buried) ids.push_back(letter.what.message.id);
    return ids;
  }

  tests::loop loop;
  core::readiness ready;
  core::readiness::condition& working = ready.add("messages");
  fake_consumer queue{loop.worker()};
  fake_store store{loop.worker()};
  api::delivery_config config;
  api::message_worker worker{loop.worker(), queue, store, config, working};
};

using ids = std::vector<std::string>;

TEST_F(message_worker, stores_a_batch_together_and_settles_it_afterwards) {
  queue.fresh = {{message("a"), message("b")}};
  loop.run(work());
  EXPECT_EQ(store.batches, std::vector<ids>({{"a", "b"}}));
  EXPECT_EQ(queue.settled, ids({"a", "b"}));
  EXPECT_TRUE(working.met());
  EXPECT_TRUE(queue.left);
}

TEST_F(message_worker, tries_the_batch_in_hand_again_while_the_database_is_away) {
  store.fail_first = 2;
  queue.fresh = {{message("a"), message("b")}};
  loop.run(work());
  EXPECT_EQ(store.batches, std::vector<ids>({{"a", "b"}, {"a", "b"}, {"a", "b"}}));
  EXPECT_EQ(queue.settled, ids({"a", "b"}));
  EXPECT_TRUE(queue.buried.empty());
}

TEST_F(message_worker, finds_poison_message_by_message_and_buries_it_with_the_reason) {
  store.poison = {"b"};
  queue.fresh = {{message("a"), message("b"), message("c")}};
  loop.run(work());
  EXPECT_EQ(queue.settled, ids({"a", "c"}));
  ASSERT_EQ(buried_ids(), ids({"b"}));
  EXPECT_EQ(queue.buried[0].reason, "the database refuses it: SQLSTATE 23503");
}

TEST_F(message_worker, what_may_have_killed_workers_is_handled_one_by_one) {
  queue.recovered = {{message("a", 3), message("b", 3)}};
  loop.run(work());
  EXPECT_EQ(store.batches, std::vector<ids>({{"a"}, {"b"}}));
  EXPECT_EQ(queue.settle_calls, ids({"a ", "b "}));
}

TEST_F(message_worker, one_crash_is_no_reason_for_suspicion) {
  queue.recovered = {{message("a", 2), message("b", 2)}};
  loop.run(work());
  EXPECT_EQ(store.batches, std::vector<ids>({{"a", "b"}}));
}

TEST_F(message_worker, buries_what_was_delivered_too_often_or_cannot_be_read) {
  auto unreadable = message("c");
  unreadable.malformed = "the entry has no topic";
  queue.recovered = {{message("a", 6), message("b", 5), unreadable}};
  loop.run(work());
  EXPECT_EQ(buried_ids(), ids({"a", "c"}));
  EXPECT_EQ(queue.buried[0].reason, "delivered 6 times and never finished");
  EXPECT_EQ(queue.buried[1].reason, "the entry has no topic");
  EXPECT_EQ(queue.settled, ids({"b"}));
}

TEST_F(message_worker, stores_batches_side_by_side_and_takes_no_more_than_it_may) {
  store.door.open = false;
  queue.fresh = {{message("a")}, {message("b")}, {message("c")}};
  start();
  ASSERT_TRUE(comes_true([this] { return store.door.waiting == 2; }));
  EXPECT_EQ(store.batches, std::vector<ids>({{"a"}, {"b"}}));
  EXPECT_EQ(queue.fresh.size(), 1u);  // as many as `batches` says are in hand
  store.door.open = true;
  ASSERT_TRUE(comes_true([this] { return queue.settled.size() == 3; }));
  EXPECT_EQ(store.batches.size(), 3u);
  stop(std::chrono::seconds(30));
  EXPECT_TRUE(queue.left);
}

class one_batch : public message_worker {
 protected:
  static api::delivery_config single() {
    api::delivery_config one;
    one.batches = 1;
    return one;
  }
  api::message_worker slow{loop.worker(), queue, store, single(), working};
};

TEST_F(one_batch, is_finished_before_the_next_is_taken) {
  store.door.open = false;
  queue.fresh = {{message("a")}, {message("b")}};
  loop.worker().start("messages", slow.run());
  ASSERT_TRUE(comes_true([this] { return store.door.waiting == 1; }));
  EXPECT_EQ(queue.fresh.size(), 1u);
  store.door.open = true;
  ASSERT_TRUE(comes_true([this] { return queue.settled.size() == 2; }));
  EXPECT_EQ(queue.settle_calls, ids({"a ", "b "}));
  loop.run(slow.stop(core::deadline::in(std::chrono::seconds(30), core::now())));
}

TEST_F(message_worker, takes_no_further_batch_while_the_database_is_away) {
  store.fail_first = 1'000'000;
  queue.fresh = {{message("a")}, {message("b")}};
  start();
  ASSERT_TRUE(comes_true([this] { return store.batches.size() >= 4; }));
  for (const auto& batch : store.batches) EXPECT_EQ(batch, ids({"a"}));
  EXPECT_EQ(queue.fresh.size(), 1u);
  EXPECT_FALSE(working.met());
  store.fail_first = 0;
  ASSERT_TRUE(comes_true([this] { return queue.settled.size() == 2; }));
  EXPECT_TRUE(working.met());
  EXPECT_TRUE(queue.buried.empty());
  stop(std::chrono::seconds(30));
}

TEST_F(message_worker, a_queue_that_is_away_is_asked_again) {
  queue.fail_first = 3;
  queue.fresh = {{message("a")}};
  loop.run(work());
  EXPECT_EQ(queue.settled, ids({"a"}));
  EXPECT_TRUE(working.met());
}

TEST_F(message_worker, what_could_not_be_settled_comes_again_and_is_settled_then) {
  queue.fail_settle = 1;
  queue.fresh = {{message("a")}};
  loop.run(work());
  EXPECT_EQ(store.batches, std::vector<ids>({{"a"}, {"a"}}));
  EXPECT_EQ(queue.settled, ids({"a"}));
}

TEST_F(message_worker, what_could_not_be_buried_comes_again_and_is_buried_then) {
  queue.fail_settle = 1;
  queue.fresh = {{message("a", 6)}};
  loop.run(work());
  EXPECT_EQ(buried_ids(), ids({"a"}));
  EXPECT_TRUE(store.batches.empty());
}

TEST_F(message_worker, a_stop_waits_for_the_batches_in_hand) {
  store.door.open = false;
  queue.fresh = {{message("a")}, {message("b")}, {message("c")}};
  start();
  ASSERT_TRUE(comes_true([this] { return store.door.waiting == 2; }));
  bool stopped = false;
  loop.worker().start("stop", stop_and_tell(worker, stopped));
  EXPECT_TRUE(comes_true([this] { return store.door.waiting == 2; }));
  EXPECT_FALSE(stopped || queue.left);
  store.door.open = true;
  ASSERT_TRUE(comes_true([&stopped] { return stopped; }));
  EXPECT_EQ(queue.settled, ids({"a", "b"}));
  EXPECT_EQ(queue.fresh.size(), 1u);  // nothing more is taken
  EXPECT_TRUE(queue.left);
}

TEST_F(message_worker, a_stop_waits_no_longer_than_it_may) {
  store.door.open = false;
  queue.fresh = {{message("a")}};
  start();
  ASSERT_TRUE(comes_true([this] { return store.door.waiting == 1; }));
  stop(std::chrono::milliseconds(20));
  EXPECT_FALSE(queue.left);
  EXPECT_TRUE(queue.settled.empty());
}

TEST_F(message_worker, a_stop_while_the_database_is_away_leaves_the_batch_to_others) {
  store.fail_first = 1'000'000;
  queue.fresh = {{message("a"), message("b")}};
  start();
  ASSERT_TRUE(comes_true([this] { return store.batches.size() >= 2; }));
  stop(std::chrono::seconds(30));
  EXPECT_TRUE(queue.left);
  EXPECT_TRUE(queue.settled.empty());
  EXPECT_TRUE(queue.buried.empty());
  for (const auto& batch : store.batches) EXPECT_EQ(batch, ids({"a", "b"}));
}

TEST_F(message_worker, a_stop_in_the_middle_of_a_search_for_poison_buries_nobody_by_mistake) {
  queue.recovered = {{message("a", 3), message("b", 3)}};
  store.fail_first = 1'000'000;
  start();
  ASSERT_TRUE(comes_true([this] { return store.batches.size() >= 2; }));
  stop(std::chrono::seconds(30));
  EXPECT_TRUE(queue.settled.empty());
  EXPECT_TRUE(queue.buried.empty());
}

}  // namespace
