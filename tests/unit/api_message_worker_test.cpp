#include "api/queue/message_worker.hpp"

#include <gtest/gtest.h>

#include "api/postgres/database_error.hpp"
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

class message_worker : public ::testing::Test {
 protected:
  message_worker() { store.poison_error = api::sqlstate_error("23503"); }

  // Runs until everything prepared has been settled or buried, then stops as a drain would.
  core::task<> work() {
    const std::size_t all = queue.prepared();
    loop.worker().start("messages", worker.run());
    while (queue.settled.size() + queue.buried.size() < all)
      co_await core::sleep_for(loop.worker(), std::chrono::milliseconds(1));
    co_await worker.stop(core::deadline::in(std::chrono::seconds(10), core::now()));
  }
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
  api::message_worker worker{loop.worker(), queue, store, {}, working};
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

}  // namespace
