#include "tests/integration/api_redis_consumer_fixture.hpp"

namespace {

using tests::ids_of;
using tests::in_time;
using tests::redis_consumer;
using tests::run;
using tests::worker_side;

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
