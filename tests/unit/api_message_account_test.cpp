#include "api/queue/message_account.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/api_metrics.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;

class message_account : public ::testing::Test {
 protected:
  // The account looks once at its beginning, and not again while a test runs.
  std::map<std::string, double> look() {
    accounts.push_back(std::make_unique<api::message_account>(loop.worker(), queue, store));
    loop.worker().start("account", accounts.back()->run());
    const auto looked = [this] { return store.counted == 1; };
    EXPECT_TRUE(run(loop, holds(loop.worker(), looked)));
    return metrics_of(loop.worker());
  }
  static std::string state(const char* name) {
    return "remora_messages{state=\"" + std::string(name) + "\"}";
  }
  static std::int64_t unix_millis() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  tests::loop loop;
  fake_consumer queue{loop.worker()};
  fake_store store{loop.worker()};
  std::vector<std::unique_ptr<api::message_account>> accounts;  // they never end
};

TEST_F(message_account, tells_how_many_messages_are_where) {
  queue.books = api::queue_account{10, 4, 3, 2, unix_millis() - 60'000};
  store.stored = 4;
  const auto found = look();
  EXPECT_EQ(found.at(state("accepted")), 10);
  EXPECT_EQ(found.at(state("pending")), 4);
  EXPECT_EQ(found.at(state("dead_lettered")), 2);
  EXPECT_EQ(found.at(state("stored")), 4);
  EXPECT_EQ(found.at("remora_queue_depth"), 4);
  EXPECT_EQ(found.at("remora_queue_lag"), 3);
  EXPECT_GE(found.at("remora_messages_oldest_pending_age_seconds"), 60);
}

TEST_F(message_account, what_a_queue_does_not_count_is_not_told) {
  queue.books = api::queue_account{std::nullopt, 1, 1, 0, std::nullopt};
  const auto found = look();
  EXPECT_FALSE(found.contains(state("accepted")));
  EXPECT_EQ(found.at(state("pending")), 1);
  EXPECT_EQ(found.at("remora_messages_oldest_pending_age_seconds"), 0);
}

TEST_F(message_account, a_message_that_a_faster_clock_accepted_has_no_negative_age) {
  queue.books = api::queue_account{1, 1, 1, 0, unix_millis() + 3'600'000};
  EXPECT_EQ(look().at("remora_messages_oldest_pending_age_seconds"), 0);
}

TEST_F(message_account, what_cannot_be_read_keeps_its_last_value) {
  queue.books = api::queue_account{10, 4, 3, 2, std::nullopt};
  store.stored = 4;
  look();
  queue.books = gone();
  store.stored = gone();
  store.counted = 0;
  const auto found = look();
  EXPECT_EQ(found.at(state("accepted")), 10);
  EXPECT_EQ(found.at(state("pending")), 4);
  EXPECT_EQ(found.at(state("stored")), 4);
}

}  // namespace
