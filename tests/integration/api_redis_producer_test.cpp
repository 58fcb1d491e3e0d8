#include "api/redis/redis_messages.hpp"
#include "api/redis/redis_queue.hpp"
#include "tests/integration/api_redis_fixture.hpp"

namespace {

using tests::in_time;
using tests::message_of;
using tests::run;
using tests::soon;
using outcome = api::acceptance::outcome;

class redis_producer : public tests::with_redis {
 protected:
  void SetUp() override {
    with_redis::SetUp();
    if (IsSkipped()) return;
    accepting.emplace(loop.worker(), config);
    producer.emplace(*accepting, log, 3);
  }
  core::result<api::acceptance> enqueue(api::queued_message m,
                                        std::optional<api::idempotency> once = std::nullopt) {
    return run(loop, producer->enqueue(in_time(), std::move(m), std::move(once)));
  }
  api::queue_state state_of(const std::string& id) {
    return run(loop, producer->find(in_time(), id)).value().state;
  }
  std::int64_t in_stream() { return command({"XLEN", api::message_stream}).integer; }

  std::optional<api::redis_connection> accepting;
  std::optional<api::redis_producer> producer;
};

TEST_F(redis_producer, a_message_that_was_taken_is_in_the_stream_pending_and_counted) {
  auto m = message_of("notes", R"({"n":1.50})");
  m.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  m.tracestate = "remora=synthetic";
  const auto taken = enqueue(m);
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_EQ(taken->what, outcome::taken);
  EXPECT_EQ(taken->id, m.id);
  EXPECT_EQ(state_of(m.id), api::queue_state::pending);
  EXPECT_EQ(command({"GET", api::accepted_counter}).text, "1");

  const auto entries = api::to_deliveries(command({"XRANGE", api::message_stream, "-", "+"}));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].malformed, "");
  EXPECT_EQ(entries[0].message.id, m.id);
  EXPECT_EQ(entries[0].message.topic, "notes");
  EXPECT_EQ(entries[0].message.message, R"({"n":1.50})");
  EXPECT_EQ(entries[0].message.accepted_at, m.accepted_at);
  EXPECT_EQ(entries[0].message.traceparent, m.traceparent);
  EXPECT_TRUE(entries[0].message.synthetic);
}

TEST_F(redis_producer, what_it_never_took_is_unknown_to_it) {
  EXPECT_EQ(state_of(api::new_transaction_id()), api::queue_state::unknown);
}

TEST_F(redis_producer, ids_are_its_own_and_never_the_same) {
  EXPECT_TRUE(api::is_uuid(producer->new_id()));
  EXPECT_NE(producer->new_id(), producer->new_id());
}

TEST_F(redis_producer, the_same_message_under_the_same_key_is_taken_once) {
  const auto first = message_of("notes", "1"), second = message_of("notes", "1");
  const api::idempotency once{"writer\nkey", "print"};
  EXPECT_EQ(enqueue(first, once)->what, outcome::taken);
  const auto again = enqueue(second, once);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->what, outcome::replayed);
  EXPECT_EQ(again->id, first.id);
  EXPECT_EQ(in_stream(), 1);
  EXPECT_EQ(command({"GET", api::accepted_counter}).text, "1");
  EXPECT_EQ(state_of(second.id), api::queue_state::unknown);
}

TEST_F(redis_producer, another_message_under_the_same_key_is_a_conflict_and_not_taken) {
  const auto first = message_of("notes", "1");
  EXPECT_EQ(enqueue(first, api::idempotency{"key", "print"})->what, outcome::taken);
  const auto other = enqueue(message_of("notes", "2"), api::idempotency{"key", "another"});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->what, outcome::conflict);
  EXPECT_EQ(other->id, first.id);
  EXPECT_EQ(in_stream(), 1);
}

TEST_F(redis_producer, keys_are_apart_and_messages_without_one_are_all_taken) {
  EXPECT_EQ(enqueue(message_of("notes", "1"), api::idempotency{"a", "print"})->what,
            outcome::taken);
  EXPECT_EQ(enqueue(message_of("notes", "1"), api::idempotency{"b", "print"})->what,
            outcome::taken);
  EXPECT_EQ(enqueue(message_of("notes", "1"))->what, outcome::taken);
  EXPECT_EQ(in_stream(), 3);
}

TEST_F(redis_producer, a_key_is_remembered_for_a_day_and_then_forgotten) {
  ASSERT_TRUE(enqueue(message_of("notes", "1"), api::idempotency{"key", "print"}));
  const auto left = command({"TTL", api::idempotency_key("key")}).integer;
  EXPECT_GT(left, 86'000);
  EXPECT_LE(left, 86'400);
}

TEST_F(redis_producer, a_full_queue_takes_nothing_and_says_so) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enqueue(message_of("notes", "1")));
  const auto m = message_of("notes", "1");
  EXPECT_EQ(enqueue(m).error(), api::queue_errc::full);
  EXPECT_EQ(in_stream(), 3);
  EXPECT_EQ(command({"GET", api::accepted_counter}).text, "3");
  EXPECT_EQ(state_of(m.id), api::queue_state::unknown);
}

TEST_F(redis_producer, a_full_queue_still_tells_what_it_took_under_a_key) {
  const api::idempotency once{"key", "print"};
  const auto first = message_of("notes", "1");
  ASSERT_TRUE(enqueue(first, once));
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  const auto again = enqueue(message_of("notes", "1"), once);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->id, first.id);
}

TEST_F(redis_producer, a_key_whose_message_found_the_queue_full_is_not_used_up) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enqueue(message_of("notes", "1")));
  const api::idempotency once{"key", "print"};
  EXPECT_EQ(enqueue(message_of("notes", "2"), once).error(), api::queue_errc::full);
  command({"XTRIM", api::message_stream, "MAXLEN", "0"});
  EXPECT_EQ(enqueue(message_of("notes", "2"), once)->what, outcome::taken);
}

TEST_F(redis_producer, a_server_that_has_forgotten_the_script_is_told_it_again) {
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  EXPECT_EQ(command({"SCRIPT", "FLUSH"}).text, "OK");
  EXPECT_TRUE(enqueue(message_of("notes", "2")));
  EXPECT_EQ(in_stream(), 2);
}

TEST_F(redis_producer, what_redis_refuses_was_not_taken) {
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  // No memory is left for anything, and nothing may be evicted for it.
  ASSERT_EQ(command({"CONFIG", "SET", "maxmemory", "1"}).text, "OK");
  const auto m = message_of("notes", "2");
  EXPECT_EQ(enqueue(m).error(), api::queue_errc::refused);
  ASSERT_EQ(command({"CONFIG", "SET", "maxmemory", "0"}).text, "OK");
  EXPECT_EQ(in_stream(), 1);
  EXPECT_EQ(state_of(m.id), api::queue_state::unknown);
}

struct setting {
  const char* name;
  const char* value;
};
class careless_setting : public redis_producer, public ::testing::WithParamInterface<setting> {
 protected:
  bool writes_its_log_anew() {
    const auto about = command({"INFO", "persistence"}).text;
    return about.find("aof_rewrite_in_progress:0") == std::string::npos ||
           about.find("aof_rewrite_scheduled:0") == std::string::npos;
  }
};

TEST_P(careless_setting, is_found_at_the_start_and_nothing_is_taken) {
  ASSERT_EQ(command({"CONFIG", "SET", GetParam().name, GetParam().value}).text, "OK");
  EXPECT_EQ(run(loop, producer->check(soon())).error(), api::queue_errc::not_durable);
  EXPECT_EQ(enqueue(message_of("notes", "1")).error(), api::queue_errc::not_durable);
  EXPECT_EQ(in_stream(), 0);
}

TEST_P(careless_setting, is_found_at_run_time_and_so_is_its_cure) {
  const auto careful = command({"CONFIG", "GET", GetParam().name});
  ASSERT_EQ(careful.items.size(), 2u);
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  ASSERT_EQ(command({"CONFIG", "SET", GetParam().name, GetParam().value}).text, "OK");
  EXPECT_EQ(run(loop, producer->check(soon())).error(), api::queue_errc::not_durable);
  EXPECT_EQ(enqueue(message_of("notes", "2")).error(), api::queue_errc::not_durable);

  ASSERT_EQ(command({"CONFIG", "SET", GetParam().name, careful.items[1].text}).text, "OK");
  EXPECT_TRUE(enqueue(message_of("notes", "3")));  // it looks for itself before it refuses
  EXPECT_EQ(in_stream(), 2);
  // Turning the log on writes it anew in a process of its own, which would outlive the server.
  const auto until = soon();
  while (writes_its_log_anew() && !until.passed(core::now())) continue;
  EXPECT_FALSE(writes_its_log_anew());
}

INSTANTIATE_TEST_SUITE_P(of_redis, careless_setting,
                         ::testing::Values(setting{"appendonly", "no"},
                                           setting{"appendfsync", "everysec"},
                                           setting{"maxmemory-policy", "allkeys-lru"}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_F(redis_producer, a_new_connection_is_checked_before_anything_is_sent_over_it) {
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  ASSERT_EQ(command({"CONFIG", "SET", "appendfsync", "no"}).text, "OK");
  accepting->close();  // the next connection may lead to another server
  EXPECT_EQ(enqueue(message_of("notes", "2")).error(), api::queue_errc::not_durable);
  EXPECT_EQ(in_stream(), 1);
}

TEST_F(redis_producer, a_server_that_is_gone_takes_nothing_and_its_state_is_not_known) {
  ASSERT_TRUE(enqueue(message_of("notes", "1")));
  server->stop();
  EXPECT_FALSE(enqueue(message_of("notes", "2")));
  EXPECT_FALSE(run(loop, producer->find(in_time(), api::new_transaction_id())));
  EXPECT_FALSE(run(loop, producer->check(soon())));
}

TEST_F(redis_producer, what_was_taken_survives_a_kill_of_redis_with_its_key) {
  const auto m = message_of("notes", "1");
  const api::idempotency once{"key", "print"};
  ASSERT_TRUE(enqueue(m, once));
  server->stop();
  server->start();
  core::result<api::acceptance> again = core::errc::refused;
  const auto until = soon();
  while (!again && !until.passed(core::now())) again = enqueue(message_of("notes", "1"), once);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->what, outcome::replayed);
  EXPECT_EQ(again->id, m.id);
  EXPECT_EQ(state_of(m.id), api::queue_state::pending);
}

core::task<> take(api::redis_producer& producer, api::idempotency once, std::string& id,
                  int& taken) {
  auto message = message_of("notes", "1");
  auto accepted = co_await producer.enqueue(in_time(), std::move(message), std::move(once));
  if (accepted && accepted->what == outcome::taken) ++taken;
  if (accepted) id = accepted->id;
}

core::task<> take_at_once(tests::loop& loop, std::vector<api::redis_producer*> producers,
                          std::vector<std::string>& ids, int& taken) {
  const api::idempotency once{"key", "print"};
  for (std::size_t i = 0; i < ids.size(); ++i)
    loop.worker().start("take", take(*producers[i % producers.size()], once, ids[i], taken));
  const auto all = [&ids] {
    return std::none_of(ids.begin(), ids.end(), [](const auto& id) { return id.empty(); });
  };
  co_await tests::holds(loop.worker(), all);
}

TEST_F(redis_producer, of_many_at_once_under_one_key_one_is_taken_and_all_get_its_id) {
  auto others = connection();
  api::redis_producer other(others, log, 3);
  std::vector<std::string> ids(50);
  int taken = 0;
  loop.run(take_at_once(loop, {&*producer, &other}, ids, taken));
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(in_stream(), 1);
  EXPECT_FALSE(ids[0].empty());
  EXPECT_EQ(std::count(ids.begin(), ids.end(), ids[0]), 50);
}

}  // namespace
