#include <gtest/gtest.h>

#include "api/aws/sqs_dead_letters.hpp"
#include "api/aws/sqs_queue.hpp"
#include "tests/support/await.hpp"
#include "tests/unit/api_sqs_fakes.hpp"

namespace {

using api::acceptance;
using api::queue_errc;
using api::queue_state;
using tests::soon;

const core::secret key("0123456789abcdef0123456789abcdef");
constexpr std::int64_t limit = 100;

api::call_context a_call() {
  api::call_context call;
  call.until = soon();
  return call;
}

class sqs_producer : public ::testing::Test {
 protected:
  template <class T>
  T run(core::task<T> what) {
    return tests::run(loop, std::move(what));
  }
  api::queued_message message(const std::string& id) {
    api::queued_message m;
    m.id = id;
    m.topic = "notes";
    m.message = "{}";
    return m;
  }
  core::result<acceptance> enqueue(const std::string& id,
                                   std::optional<api::idempotency> once = {}) {
    return run(producer.enqueue(a_call(), message(id), std::move(once)));
  }
  queue_state state_of(const std::string& id) { return run(producer.find(a_call(), id))->state; }
  std::string id_of_age(std::chrono::hours age) {
    const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch() - age);
    return api::id_seal(key).make(static_cast<std::uint64_t>(at.count()),
                                  std::array<std::uint8_t, 6>{1, 2, 3, 4, 5, 6});
  }

  tests::loop loop;
  api_tests::fake_sqs sqs;
  api_tests::fake_letters tables;
  api_tests::fake_keys keys;
  api::sqs_producer producer{loop.worker(), sqs, api::id_seal(key), tables, keys, limit};
};

TEST_F(sqs_producer, takes_a_message_and_knows_it_as_pending) {
  const std::string id = producer.new_id();
  const auto taken = enqueue(id);
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(taken->what, acceptance::outcome::taken);
  EXPECT_EQ(taken->id, id);
  EXPECT_EQ(sqs.sent, std::vector{id});
  EXPECT_EQ(state_of(id), queue_state::pending);
}

TEST_F(sqs_producer, knows_no_id_that_it_did_not_give_out) {
  EXPECT_EQ(state_of("018bcfe5-687b-7f02-bf04-050600000000"), queue_state::unknown);
  EXPECT_EQ(state_of("nonsense"), queue_state::unknown);
}

TEST_F(sqs_producer, knows_where_a_message_ended) {
  const std::string stored = producer.new_id(), dead = producer.new_id(), both = producer.new_id();
  tables.stored = {stored, both};
  tables.kept = {{{"1", 1, message(dead), ""}, "poison"}, {{"2", 1, message(both), ""}, "late"}};
  EXPECT_EQ(state_of(stored), queue_state::unknown);  // which a stored one is to the queue
  EXPECT_EQ(state_of(both), queue_state::unknown);
  const auto entry = run(producer.find(a_call(), dead));
  EXPECT_EQ(entry->state, queue_state::dead);
  EXPECT_EQ(entry->reason, "poison");
}

TEST_F(sqs_producer, does_not_guess_while_the_tables_cannot_be_read) {
  tables.error = core::errc::refused;
  EXPECT_EQ(run(producer.find(a_call(), producer.new_id())).error(), core::errc::refused);
}

TEST_F(sqs_producer, forgets_what_sqs_has_forgotten) {
  ASSERT_TRUE(run(producer.check(soon())));  // four days, and one for Idempotency-Keys
  EXPECT_EQ(state_of(id_of_age(std::chrono::hours(5 * 24 - 1))), queue_state::pending);
  EXPECT_EQ(state_of(id_of_age(std::chrono::hours(5 * 24 + 1))), queue_state::unknown);
}

TEST_F(sqs_producer, takes_nothing_before_the_queue_was_found_durable) {
  sqs.queue.retention = 86'399;
  EXPECT_EQ(enqueue(producer.new_id()).error(), queue_errc::not_durable);
  EXPECT_TRUE(sqs.sent.empty());
  sqs.queue.retention = 86'400;
  EXPECT_TRUE(enqueue(producer.new_id()));
}

TEST_F(sqs_producer, takes_nothing_while_the_topic_loses_messages) {
  sqs.topic_says = "the queue is not subscribed to the topic";
  EXPECT_EQ(run(producer.check(soon())).error(), queue_errc::not_durable);
  EXPECT_EQ(enqueue(producer.new_id()).error(), queue_errc::not_durable);
  sqs.topic_says.clear();
  EXPECT_TRUE(enqueue(producer.new_id()));
}

TEST_F(sqs_producer, asks_the_topic_less_often_than_the_queue) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(run(producer.check(soon())));
  EXPECT_EQ(sqs.topic_questions, 1);
}

TEST_F(sqs_producer, a_queue_that_is_gone_takes_nothing_more) {
  ASSERT_TRUE(run(producer.check(soon())));
  sqs.error = api::aws_error(400, "QueueDoesNotExist");
  EXPECT_EQ(run(producer.check(soon())).error().message(), "QueueDoesNotExist");
  EXPECT_EQ(enqueue(producer.new_id()).error().message(), "QueueDoesNotExist");
}

TEST_F(sqs_producer, a_moment_without_answer_changes_nothing) {
  ASSERT_TRUE(run(producer.check(soon())));
  sqs.error = core::errc::timed_out;
  EXPECT_FALSE(run(producer.check(soon())));
  sqs.error.clear();
  sqs.queue.retention = 0;  // which would be found out by a check
  EXPECT_TRUE(enqueue(producer.new_id()));
}

TEST_F(sqs_producer, a_refusal_is_told_from_doubt) {
  ASSERT_TRUE(run(producer.check(soon())));
  sqs.error = api::aws_error(400, "InvalidMessageContents");
  EXPECT_EQ(enqueue(producer.new_id()).error(), queue_errc::refused);
  sqs.error = api::aws_error(500, "InternalError");
  EXPECT_EQ(enqueue(producer.new_id()).error().message(), "InternalError");
  sqs.error = core::errc::reset;
  EXPECT_EQ(enqueue(producer.new_id()).error(), core::errc::reset);
}

TEST_F(sqs_producer, is_full_at_the_limit_with_what_was_sent_since_the_last_check) {
  sqs.queue.visible = 90;
  sqs.queue.in_flight = 6;
  sqs.queue.delayed = 2;
  EXPECT_TRUE(enqueue(producer.new_id()));
  EXPECT_TRUE(enqueue(producer.new_id()));
  EXPECT_EQ(enqueue(producer.new_id()).error(), queue_errc::full);
  EXPECT_EQ(sqs.sent.size(), 2u);
  sqs.queue.visible = 0;
  ASSERT_TRUE(run(producer.check(soon())));
  EXPECT_TRUE(enqueue(producer.new_id()));
}

const api::idempotency once{"key", "print"};

TEST_F(sqs_producer, the_same_key_and_message_are_taken_once) {
  const std::string id = producer.new_id();
  EXPECT_EQ(enqueue(id, once)->what, acceptance::outcome::taken);
  const auto again = enqueue(producer.new_id(), once);
  EXPECT_EQ(again->what, acceptance::outcome::replayed);
  EXPECT_EQ(again->id, id);
  EXPECT_EQ(sqs.sent, std::vector{id});
}

TEST_F(sqs_producer, a_replay_is_answered_even_when_the_queue_is_full) {
  const std::string id = producer.new_id();
  ASSERT_TRUE(enqueue(id, once));
  sqs.queue.visible = limit;
  ASSERT_TRUE(run(producer.check(soon())));
  EXPECT_EQ(enqueue(producer.new_id(), once)->what, acceptance::outcome::replayed);
}

TEST_F(sqs_producer, another_message_under_the_same_key_is_a_conflict) {
  ASSERT_TRUE(enqueue(producer.new_id(), once));
  const auto other = enqueue(producer.new_id(), api::idempotency{"key", "another"});
  EXPECT_EQ(other->what, acceptance::outcome::conflict);
  EXPECT_EQ(sqs.sent.size(), 1u);
}

TEST_F(sqs_producer, what_was_claimed_and_not_confirmed_is_sent_again_under_its_id) {
  const std::string id = producer.new_id();
  keys.confirm_error = core::errc::closed;
  EXPECT_EQ(enqueue(id, once)->id, id);  // taken all the same
  keys.confirm_error.clear();
  const auto again = enqueue(producer.new_id(), once);
  EXPECT_EQ(again->what, acceptance::outcome::taken);
  EXPECT_EQ(again->id, id);
  EXPECT_EQ(sqs.sent, (std::vector{id, id}));
  EXPECT_EQ(enqueue(producer.new_id(), once)->what, acceptance::outcome::replayed);
}

TEST_F(sqs_producer, a_key_whose_message_was_not_taken_is_free_for_it) {
  const std::string id = producer.new_id();
  ASSERT_TRUE(run(producer.check(soon())));
  sqs.error = core::errc::timed_out;
  EXPECT_FALSE(enqueue(id, once));
  sqs.error.clear();
  EXPECT_EQ(enqueue(producer.new_id(), once)->id, id);
}

TEST_F(sqs_producer, without_the_keys_only_requests_with_a_key_are_refused) {
  keys.error = core::errc::refused;
  EXPECT_EQ(enqueue(producer.new_id(), once).error(), core::errc::refused);
  EXPECT_TRUE(sqs.sent.empty());
  EXPECT_TRUE(enqueue(producer.new_id()));
}

class sqs_redrive : public sqs_producer {
 protected:
  api::sqs_dead_letters box{sqs, tables};
  api::dead_letter letter_of(const std::string& id) {
    return {{"7", 1, message(id), ""}, "poison"};
  }
};

TEST_F(sqs_redrive, goes_past_the_topic_and_out_of_the_table) {
  tables.kept = {letter_of("id")};
  EXPECT_EQ(*run(box.redrive(a_call(), letter_of("id"))), api::redriven::pending);
  EXPECT_EQ(sqs.straight, std::vector<std::string>{"id"});
  EXPECT_TRUE(tables.kept.empty());
  EXPECT_EQ(*run(box.redrive(a_call(), letter_of("id"))), api::redriven::gone);
  EXPECT_EQ(sqs.straight.size(), 1u);
}

TEST_F(sqs_redrive, leaves_the_letter_when_sending_fails) {
  tables.kept = {letter_of("id")};
  sqs.error = core::errc::timed_out;
  EXPECT_FALSE(run(box.redrive(a_call(), letter_of("id"))));
  EXPECT_EQ(tables.kept.size(), 1u);
}

TEST_F(sqs_redrive, cannot_send_what_was_never_ours) {
  tables.kept = {letter_of("")};
  EXPECT_EQ(run(box.redrive(a_call(), letter_of(""))).error(), queue_errc::refused);
  EXPECT_EQ(tables.kept.size(), 1u);
}

}  // namespace
