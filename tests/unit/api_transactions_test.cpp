#include "api/queue/transactions.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;
using state = api::transaction::state;

const std::string id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

class transactions : public ::testing::Test {
 protected:
  core::result<api::transaction> look() { return run(loop, all.look({}, id)); }
  core::result<api::transaction> wait(core::duration time, api::call_context call = {}) {
    return run(loop, all.wait(std::move(call), id, time));
  }
  void pend() { queue.entries[id] = {api::queue_state::pending, ""}; }
  void store() {
    queue.entries.erase(id);
    messages.rows[id] = {id, "notes", "{}", "then", "later"};
  }

  tests::loop loop;
  fake_reader messages;
  fake_producer queue;
  api::transactions all{loop.worker(), messages, queue};
};

TEST_F(transactions, one_that_is_stored_is_known_without_the_queue) {
  store();
  queue.error = gone();
  const auto found = look();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, state::stored);
  EXPECT_EQ(found->stored.topic, "notes");
  EXPECT_EQ(queue.asked, 0);
}

TEST_F(transactions, one_that_the_queue_knows_is_known_without_the_table) {
  messages.away = true;
  pend();
  EXPECT_EQ(look()->what, state::pending);
  queue.entries[id] = {api::queue_state::dead, "poison"};
  const auto dead = look();
  EXPECT_EQ(dead->what, state::dead);
  EXPECT_EQ(dead->reason, "poison");
}

TEST_F(transactions, one_that_is_stored_between_two_looks_is_found) {
  pend();
  messages.after_look = [this] { store(); };
  EXPECT_EQ(look()->what, state::stored);
}

TEST_F(transactions, one_that_nobody_knows_is_unknown_only_when_both_were_asked) {
  EXPECT_EQ(look()->what, state::unknown);
  queue.error = gone();
  EXPECT_EQ(look().error(), gone());
  queue.error.clear();
  messages.away = true;
  EXPECT_EQ(look().error(), gone());
}

TEST_F(transactions, nobody_waits_for_what_is_pending_no_more) {
  store();
  EXPECT_EQ(wait(std::chrono::hours(1))->what, state::stored);
  messages.rows.clear();
  EXPECT_EQ(wait(std::chrono::hours(1))->what, state::unknown);
  queue.error = gone();
  EXPECT_FALSE(wait(std::chrono::hours(1)));
}

TEST_F(transactions, who_does_not_want_to_wait_is_told_what_is_known) {
  pend();
  EXPECT_EQ(wait(core::duration::zero())->what, state::pending);
  EXPECT_EQ(queue.asked, 1);
}

TEST_F(transactions, a_wait_ends_when_it_is_stored_and_asks_the_queue_alone_until_then) {
  pend();
  int asked_of_table = 0;
  queue.after_find = [&] {
    if (queue.asked < 4) return;
    asked_of_table = messages.asked;
    store();
    queue.after_find = nullptr;
  };
  EXPECT_EQ(wait(std::chrono::hours(1))->what, state::stored);
  EXPECT_EQ(asked_of_table, 1);  // before it began
}

TEST_F(transactions, a_wait_ends_when_it_is_dead) {
  pend();
  queue.after_find = [this] { queue.entries[id] = {api::queue_state::dead, "poison"}; };
  const auto found = wait(std::chrono::hours(1));
  EXPECT_EQ(found->what, state::dead);
  EXPECT_EQ(found->reason, "poison");
}

TEST_F(transactions, a_wait_in_vain_ends_with_what_is_known_then) {
  pend();
  const auto begun = core::now();
  EXPECT_EQ(wait(std::chrono::milliseconds(60))->what, state::pending);
  EXPECT_GE(core::now() - begun, std::chrono::milliseconds(60));
}

TEST_F(transactions, a_wait_ends_in_time_for_the_answer) {
  pend();
  api::call_context call;
  call.until = core::deadline::in(std::chrono::milliseconds(400), core::now());
  // It comes back at all: an hour has not passed.
  EXPECT_EQ(wait(std::chrono::hours(1), call)->what, state::pending);
  call.until = core::deadline::in(std::chrono::milliseconds(1), core::now());
  EXPECT_EQ(wait(std::chrono::hours(1), call)->what, state::pending);
}

TEST_F(transactions, a_queue_that_goes_away_ends_the_wait_with_an_error) {
  pend();
  queue.after_find = [this] { queue.error = gone(); };
  EXPECT_EQ(wait(std::chrono::hours(1)).error(), gone());
}

TEST_F(transactions, a_queue_that_goes_away_after_it_was_stored_does_no_harm) {
  pend();
  queue.after_find = [this] {
    store();
    queue.error = gone();
  };
  EXPECT_EQ(wait(std::chrono::hours(1))->what, state::stored);
}

core::task<> wait_and_count(api::transactions& all, core::duration time, int& back) {
  api::call_context call;
  auto found = co_await all.wait(std::move(call), id, time);
  if (found) ++back;
}

core::task<> fill_the_waiting_room(tests::loop& loop, api::transactions& all, fake_producer& queue,
                                   std::function<void()> store) {
  int back = 0, one_more = 0;
  for (int i = 0; i < api::transactions::most_waiting; ++i)
    loop.worker().start("wait", wait_and_count(all, std::chrono::hours(1), back));
  const auto all_wait = [&queue] { return queue.asked >= api::transactions::most_waiting; };
  co_await holds(loop.worker(), all_wait);
  EXPECT_EQ(back, 0);
  co_await wait_and_count(all, std::chrono::hours(1), one_more);
  EXPECT_EQ(one_more, 1);  // at once: there is no room for it to wait
  EXPECT_EQ(back, 0);
  store();
  const auto all_back = [&back] { return back == api::transactions::most_waiting; };
  co_await holds(loop.worker(), all_back);
  EXPECT_EQ(back, api::transactions::most_waiting);
}

TEST_F(transactions, only_so_many_wait_at_a_time_and_the_rest_is_answered_at_once) {
  pend();
  loop.run(fill_the_waiting_room(loop, all, queue, [this] { store(); }));
  // And there is room again.
  queue.asked = 0;
  messages.rows.clear();
  pend();
  queue.after_find = [this] {
    if (queue.asked > 1) store();
  };
  EXPECT_EQ(wait(std::chrono::hours(1))->what, state::stored);
}

}  // namespace
