#include "tests/integration/api_sqs_fixture.hpp"

namespace {

using api::queue_errc;
using api::queue_state;
using tests::in_time;
using tests::sqs;
using tests::working_program;

constexpr const char* unknown_security = R"({"isin":"FR0000120271","value":1})";

TEST_F(sqs, a_dead_letter_keeps_its_reason_and_is_stored_when_it_is_sent_again) {
  auto program = accepting();
  const std::string good = enqueue(*program, "notes", "1");
  const std::string poison = enqueue(*program, "scores", unknown_security);
  working_program worker(loop.worker(), config, url_of("remora_worker"));
  const auto both_ended = [] { return rows("message") == 1 && rows("dead_letter") == 1; };
  EXPECT_TRUE(run(worker.work_until(both_ended)));
  const auto entry = run(program->producer().find(in_time(), poison));
  ASSERT_TRUE(entry) << entry.error().message();
  EXPECT_EQ(entry->state, queue_state::dead);
  EXPECT_NE(entry->reason.find("23503"), std::string::npos) << entry->reason;
  auto account = run(worker.consumer().account(in_time()));
  EXPECT_EQ(account->pending, 0);
  EXPECT_EQ(account->dead, 1);

  const auto letters = run(worker.dead_letters().list(in_time(), "", 10));
  ASSERT_TRUE(letters && letters->size() == 1) << letters.error().message();
  EXPECT_EQ(letters->front().what.message.id, poison);
  EXPECT_EQ(letters->front().what.message.message, unknown_security);
  EXPECT_EQ(letters->front().what.message.accepted_at, 1'700'000'000'123);
  as_owner(
      "INSERT INTO security VALUES ('FR0000120271', 'TotalEnergies', 'FR', 'Energy', 'EUR', 's')"
      " ON CONFLICT DO NOTHING");
  EXPECT_EQ(*run(worker.dead_letters().redrive(in_time(), letters->front())),
            api::redriven::pending);
  EXPECT_EQ(*run(worker.dead_letters().redrive(in_time(), letters->front())), api::redriven::gone);
  EXPECT_EQ(state_of(*program, poison), queue_state::pending);
  EXPECT_TRUE(run(worker.work_until([] { return rows("message") == 2; })));
  EXPECT_EQ(state_of(*program, poison), queue_state::unknown);
  EXPECT_EQ(run(worker.consumer().account(in_time()))->dead, 0);
}

TEST_F(sqs, what_strangers_put_into_the_queue_is_a_dead_letter_that_cannot_be_sent_again) {
  auto program = accepting();
  ASSERT_TRUE(run(terminal->sqs("SendMessage", R"({"QueueUrl":")" + config.queue_url.to_string() +
                                                   R"(","MessageBody":"hello"})")));
  working_program worker(loop.worker(), config, url_of("remora_worker"));
  EXPECT_TRUE(run(worker.work_until([] { return rows("dead_letter") == 1; })));
  const auto letters = run(worker.dead_letters().list(in_time(), "", 10));
  ASSERT_TRUE(letters && letters->size() == 1);
  EXPECT_EQ(letters->front().what.message.id, "");
  EXPECT_EQ(letters->front().what.message.message, "hello");
  EXPECT_NE(letters->front().reason.find("not JSON"), std::string::npos);
  EXPECT_EQ(run(worker.dead_letters().redrive(in_time(), letters->front())).error(),
            queue_errc::refused);
  EXPECT_EQ(rows("dead_letter"), 1);
}

}  // namespace
