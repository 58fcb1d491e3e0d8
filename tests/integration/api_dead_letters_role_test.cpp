#include <atomic>
#include <functional>
#include <thread>

#include "api/http/json.hpp"
#include "api/redis/redis_queue.hpp"
#include "api/roles/roles.hpp"
#include "core/command_line.hpp"
#include "tests/integration/api_redis_fixture.hpp"

namespace {

using tests::in_time;
using tests::message_of;
using tests::run;
using action = api::dead_letter_options::action;
using texts = std::vector<std::string>;

/// What `remora-api dead-letters` did: its exit code, and the lines that it printed.
struct outcome {
  int code = 0;
  texts lines;
  std::string complaints;
};

texts lines_of(const std::string& text) {
  texts lines;
  std::string_view rest = text;
  while (!rest.empty()) {
    lines.emplace_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), lines.back().size() + 1));
  }
  return lines;
}

class dead_letters_command : public tests::with_redis {
 protected:
  void SetUp() override {
    with_redis::SetUp();
    if (IsSkipped()) return;
    for (auto* connection : {&accepting, &reading, &control})
      connection->emplace(loop.worker(), config);
    producer.emplace(*accepting, log, 10'000);
    api::delivery_config delivery;
    delivery.consumer = "test";
    consumer.emplace(*reading, *control, delivery);
  }
  texts bury(int count, const std::string& json) {
    texts ids;
    for (int i = 0; i < count; ++i) {
      auto m = message_of("notes", json);
      ids.push_back(m.id);
      EXPECT_TRUE(run(loop, producer->enqueue(in_time(), std::move(m), std::nullopt)));
    }
    bury_what_is_pending(static_cast<std::size_t>(count));
    return ids;
  }
  void bury_what_is_pending(std::size_t most) {
    auto got = run(loop, consumer->receive(in_time(), most));
    ASSERT_TRUE(got);
    std::vector<api::dead_letter> letters;
    for (auto& d : *got) letters.push_back({std::move(d), "it is \"poison\""});
    ASSERT_TRUE(run(loop, consumer->bury(in_time(), std::move(letters))));
  }
  outcome call(action what, std::optional<std::string> id = std::nullopt) {
    api::worker_config worker;
    worker.postgres.url = core::secret("host=127.0.0.1");  // nobody is asked there
    worker.redis = config;
    outcome o;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    o.code = api::run_dead_letters(worker, {what, std::move(id)});
    o.lines = lines_of(testing::internal::GetCapturedStdout());
    o.complaints = testing::internal::GetCapturedStderr();
    return o;
  }
  api::queue_account account() { return run(loop, consumer->account(in_time())).value(); }

  std::optional<api::redis_connection> accepting, reading, control;
  std::optional<api::redis_producer> producer;
  std::optional<api::redis_consumer> consumer;
};

TEST_F(dead_letters_command, are_listed_as_a_json_object_a_line) {
  const auto id = bury(1, R"({"n":1.50})").front();
  const auto listed = call(action::list);
  EXPECT_EQ(listed.code, core::exit_pass);
  ASSERT_EQ(listed.lines.size(), 1u);
  const auto letter = api::parse_json(listed.lines[0]);
  ASSERT_TRUE(letter) << listed.lines[0];
  EXPECT_EQ(letter->find("transaction_id")->text, id);
  EXPECT_EQ(letter->find("topic")->text, "notes");
  EXPECT_EQ(letter->find("reason")->text, "it is \"poison\"");
  EXPECT_EQ(letter->find("deliveries")->text, "1");
  EXPECT_EQ(letter->find("accepted_at")->text, "1700000000123");
  EXPECT_EQ(letter->find("message")->to_string(), R"({"n":1.50})");
  EXPECT_FALSE(letter->find("receipt")->text.empty());
  EXPECT_EQ(account().dead, 1);  // looking changes nothing
}

TEST_F(dead_letters_command, one_whose_message_is_no_json_is_shown_as_the_text_that_it_is) {
  bury(1, "{\"half\":");
  const auto listed = call(action::list);
  ASSERT_EQ(listed.lines.size(), 1u);
  const auto letter = api::parse_json(listed.lines[0]);
  ASSERT_TRUE(letter) << listed.lines[0];
  EXPECT_EQ(letter->find("message")->kind, api::json_kind::string);
  EXPECT_EQ(letter->find("message")->text, "{\"half\":");
}

TEST_F(dead_letters_command, are_listed_all_over_many_pages) {
  const auto ids = bury(250, "1");
  const auto listed = call(action::list);
  texts seen;
  for (const auto& line : listed.lines)
    seen.push_back(api::parse_json(line)->find("transaction_id")->text);
  EXPECT_EQ(seen, ids);
}

TEST_F(dead_letters_command, that_there_are_none_is_no_failure) {
  for (const auto what : {action::list, action::redrive}) {
    const auto nothing = call(what);
    EXPECT_EQ(nothing.code, core::exit_pass);
    EXPECT_TRUE(nothing.lines.empty());
  }
}

TEST_F(dead_letters_command, one_alone_can_be_listed_and_redriven) {
  const auto ids = bury(3, "1");
  EXPECT_EQ(call(action::list, ids[1]).lines.size(), 1u);
  const auto sent = call(action::redrive, ids[1]);
  EXPECT_EQ(sent.code, core::exit_pass);
  EXPECT_EQ(sent.lines, texts{ids[1] + " pending again"});
  EXPECT_NE(sent.complaints.find("1 of 1 are pending again"), std::string::npos);
  EXPECT_EQ(account().dead, 2);
  EXPECT_EQ(account().pending, 1);
  EXPECT_EQ(run(loop, producer->find(in_time(), ids[1]))->state, api::queue_state::pending);
}

TEST_F(dead_letters_command, one_that_is_none_is_a_matter_of_data) {
  bury(1, "1");
  const auto id = api::new_transaction_id();
  for (const auto what : {action::list, action::redrive}) {
    const auto unknown = call(what, id);
    EXPECT_EQ(unknown.code, core::exit_data);
    EXPECT_NE(unknown.complaints.find(id + " is no dead letter"), std::string::npos);
  }
  EXPECT_EQ(account().dead, 1);
}

TEST_F(dead_letters_command, all_are_redriven_over_many_pages) {
  const auto ids = bury(250, "1");
  const auto sent = call(action::redrive);
  EXPECT_EQ(sent.code, core::exit_pass);
  EXPECT_EQ(sent.lines.size(), 250u);
  EXPECT_NE(sent.complaints.find("250 of 250 are pending again"), std::string::npos);
  EXPECT_EQ(account().dead, 0);
  EXPECT_EQ(account().pending, 250);
  EXPECT_EQ(account().accepted, 250);
  EXPECT_TRUE(call(action::list).lines.empty());
}

/// A worker that refuses everything as soon as it comes, a bounded number of times.
void refuse_at_once(const api::redis_config& config, int times, std::atomic<bool>& over) {
  tests::loop loop;
  api::redis_connection reading(loop.worker(), config), control(loop.worker(), config);
  api::delivery_config delivery;
  delivery.consumer = "refusing";
  api::redis_consumer consumer(reading, control, delivery);
  for (int buried = 0; buried < times && !over;) {
    const auto brief = tests::within(std::chrono::milliseconds(20));
    auto got = run(loop, consumer.receive(brief, 1));
    if (!got || got->empty()) continue;
    std::vector<api::dead_letter> letters{{std::move(got->front()), "poison again"}};
    run(loop, consumer.bury(in_time(), std::move(letters)));
    ++buried;
  }
}

TEST_F(dead_letters_command,
       what_a_worker_refuses_again_meanwhile_is_not_redriven_again_and_again) {
  const auto ids = bury(150, "1");  // more than a page
  std::atomic<bool> over{false};
  std::thread worker(refuse_at_once, config, 2000, std::ref(over));
  const auto sent = call(action::redrive);
  over = true;
  worker.join();
  EXPECT_EQ(sent.code, core::exit_pass);
  EXPECT_EQ(sent.lines.size(), ids.size());  // each of them once
}

TEST_F(dead_letters_command, a_queue_that_does_not_answer_is_unreachable) {
  bury(1, "1");
  server->stop();
  const auto gone = call(action::list);
  EXPECT_EQ(gone.code, core::exit_unavailable);
  EXPECT_NE(gone.complaints.find("the queue does not answer"), std::string::npos);
}

}  // namespace
