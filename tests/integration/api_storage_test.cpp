#include "api/postgres/database.hpp"
#include "api/postgres/database_error.hpp"
#include "api/postgres/message_repository.hpp"
#include "api/postgres/score_repository.hpp"
#include "api/postgres/security_repository.hpp"
#include "api/queue/redis_messages.hpp"
#include "api/queue/redis_queue.hpp"
#include "api/queue/uuid7.hpp"
#include "api/scores/score_cache.hpp"
#include "tests/integration/api_database_fixture.hpp"
#include "tests/support/loop.hpp"

namespace {

api::call_context within(std::chrono::milliseconds time) {
  api::call_context call;
  call.until = core::deadline::in(time, core::now());
  return call;
}

template <class T>
core::task<> keep(core::task<T> what, std::optional<T>& into) {
  into.emplace(co_await std::move(what));
}

/// Runs one task on a loop and gives its result.
template <class T>
T run(tests::loop& loop, core::task<T> what) {
  std::optional<T> result;
  loop.run(keep(std::move(what), result));
  return std::move(*result);
}

api::queued_message message_of(std::string topic, std::string json,
                               std::int64_t accepted_at = 1'700'000'000'123) {
  api::queued_message m;
  m.id = api::new_transaction_id();
  m.topic = std::move(topic);
  m.message = std::move(json);
  m.accepted_at = accepted_at;
  return m;
}

class storage : public tests::with_postgres {
 protected:
  tests::loop loop;
};

TEST_F(storage, lists_by_isin_and_finds_one) {
  api::database db(loop.worker(), config_of("remora_reader"));
  api::postgres_security_repository securities(db);
  const auto first = run(loop, securities.list(within(std::chrono::seconds(5)), {"", 1}));
  ASSERT_TRUE(first) << first.error().message();
  ASSERT_EQ(first->size(), 1u);
  EXPECT_EQ(first->front().isin, "DE0007164600");
  const auto rest =
      run(loop, securities.list(within(std::chrono::seconds(5)), {"DE0007164600", 9}));
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ(rest->front().name, "Apple Inc.");
  EXPECT_TRUE(*run(loop, securities.find(within(std::chrono::seconds(5)), "US0378331005")));
  EXPECT_FALSE(*run(loop, securities.find(within(std::chrono::seconds(5)), "FR0000120271")));
}

TEST_F(storage, a_seeded_score_is_illustrative_and_exact) {
  api::database db(loop.worker(), config_of("remora_scores"));
  api::postgres_score_repository scores(db);
  const auto found = run(loop, scores.find(within(std::chrono::seconds(5)), "US0378331005"));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value, "15.68");
  EXPECT_EQ((*found)->as_of, "2026-01-01T00:00:00Z");
  EXPECT_TRUE((*found)->illustrative);
}

TEST_F(storage, a_message_is_stored_once_however_often_it_comes) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::database reading(loop.worker(), config_of("remora_reader"));
  api::postgres_message_store store(writing);
  api::postgres_message_reader reader(reading);
  const auto a = message_of("notes", R"({"n":71.20,"q":"\"\\{}é,"})");
  const auto b = message_of("notes", "null");
  EXPECT_EQ(run(loop, store.store(within(std::chrono::seconds(5)), {a, b, a}))->size(), 2u);
  EXPECT_EQ(run(loop, store.store(within(std::chrono::seconds(5)), {b, a}))->size(), 0u);
  const auto found = run(loop, reader.find(within(std::chrono::seconds(5)), a.id));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->message, R"({"n": 71.20, "q": "\"\\{}é,"})");
  EXPECT_EQ((*found)->accepted_at, "2023-11-14T22:13:20.123Z");
}

TEST_F(storage, the_newest_score_wins_in_whatever_order_they_come) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_message_store store(writing);
  api::postgres_score_repository scores(writing);
  const auto score_at = [](const char* value, std::int64_t at) {
    return message_of("scores", std::string(R"({"isin":"DE0007164600","value":)") + value + "}",
                      at);
  };
  constexpr std::int64_t later = 1'900'000'000'000;
  const auto stored = run(loop, store.store(within(std::chrono::seconds(5)),
                                            {score_at("1", later), score_at("2.5", later + 2),
                                             score_at("3", later + 1)}));
  ASSERT_TRUE(stored) << stored.error().message();
  run(loop, store.store(within(std::chrono::seconds(5)), {score_at("4", later)}));
  const auto found = run(loop, scores.find(within(std::chrono::seconds(5)), "DE0007164600"));
  EXPECT_EQ((*found)->value, "2.5");
  EXPECT_FALSE((*found)->illustrative);
}

struct poison {
  const char* name;
  const char* topic;
  const char* message;
  const char* sqlstate;
};
class poison_message : public storage, public ::testing::WithParamInterface<poison> {};

TEST_P(poison_message, is_a_data_error_and_nothing_of_its_batch_is_stored) {
  api::database db(loop.worker(), config_of("remora_worker"));
  api::postgres_message_store store(db);
  const auto good = message_of("notes", "1");
  const auto refused =
      run(loop, store.store(within(std::chrono::seconds(5)),
                            {good, message_of(GetParam().topic, GetParam().message)}));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(api::is_data_error(refused.error()));
  EXPECT_EQ(api::sqlstate(refused.error()), GetParam().sqlstate);
  EXPECT_EQ(run(loop, store.store(within(std::chrono::seconds(5)), {good}))->size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    of, poison_message,
    ::testing::Values(
        poison{"no_json", "notes", "{", "22P02"}, poison{"u0000", "notes", R"("\u0000")", "22P05"},
        poison{"unknown_isin", "scores", R"({"isin":"FR0000120271","value":1})", "23503"},
        poison{"value_out_of_range", "scores", R"({"isin":"US0378331005","value":101})", "23514"},
        poison{"no_value", "scores", R"({"isin":"US0378331005"})", "23502"}),
    [](const auto& info) { return info.param.name; });

using blocking = std::function<std::int64_t(pqxx::connection_base&)>;

TEST_F(storage, a_statement_that_takes_too_long_is_cut_off) {
  api::database db(loop.worker(), config_of("remora_reader"));
  blocking sleeping = [](pqxx::connection_base& c) {
    pqxx::nontransaction(c).exec("SELECT pg_sleep(20)");
    return std::int64_t{0};
  };
  const auto begun = core::now();
  const auto result =
      run(loop, db.run(core::deadline::in(std::chrono::milliseconds(200), begun), sleeping));
  // Our deadline and PostgreSQL's own are the same: either may be first.
  EXPECT_TRUE(result.error() == core::errc::timed_out || api::sqlstate(result.error()) == "57014")
      << result.error().message();
  EXPECT_LT(core::now() - begun, std::chrono::seconds(5));
  EXPECT_TRUE(run(loop, db.ping(core::deadline::in(std::chrono::seconds(5), core::now()))));
}

core::task<> take_the_pool(api::database& db, tests::loop& loop,
                           core::result<std::int64_t>& waited) {
  blocking sleeping = [](pqxx::connection_base& c) {
    pqxx::nontransaction(c).exec("SELECT pg_sleep(0.5)");
    return std::int64_t{0};
  };
  const auto long_enough = core::deadline::in(std::chrono::seconds(20), core::now());
  std::optional<core::result<std::int64_t>> first;
  loop.worker().start("first", keep(db.run(long_enough, sleeping), first));
  co_await core::sleep_for(loop.worker(), std::chrono::milliseconds(50));
  waited =
      co_await db.run(core::deadline::in(std::chrono::milliseconds(100), core::now()), sleeping);
  EXPECT_EQ(db.connections_used(), 1u);
  while (!first) co_await core::sleep_for(loop.worker(), std::chrono::milliseconds(10));
  EXPECT_TRUE(*first);
  EXPECT_TRUE(co_await db.ping(long_enough));
}

TEST_F(storage, who_waits_for_a_connection_waits_no_longer_than_its_deadline) {
  api::database db(loop.worker(), config_of("remora_reader", 1));
  core::result<std::int64_t> waited = std::int64_t{0};
  loop.run(take_the_pool(db, loop, waited));
  EXPECT_EQ(waited.error(), core::errc::timed_out);
  EXPECT_EQ(db.connections_used(), 0u);
}

TEST_F(storage, a_fault_of_ours_reaches_the_caller_as_it_is) {
  api::database db(loop.worker(), config_of("remora_reader"));
  blocking faulty = [](pqxx::connection_base&) -> std::int64_t { throw std::logic_error("ours"); };
  EXPECT_THROW(run(loop, db.run(core::deadline::in(std::chrono::seconds(5), core::now()), faulty)),
               std::logic_error);
}

TEST_F(storage, a_restart_of_postgresql_costs_nobody_an_error) {
  api::database db(loop.worker(), config_of("remora_reader"));
  api::postgres_security_repository securities(db);
  ASSERT_TRUE(run(loop, securities.find(within(std::chrono::seconds(5)), "US0378331005")));
  postgres->stop();
  const auto begun = core::now();
  const auto gone = run(loop, securities.find(within(std::chrono::seconds(5)), "US0378331005"));
  EXPECT_EQ(api::sqlstate(gone.error()), "08001");
  EXPECT_LT(core::now() - begun, std::chrono::seconds(4));
  postgres->start();
  EXPECT_TRUE(run(loop, securities.find(within(std::chrono::seconds(5)), "US0378331005")));
  EXPECT_EQ(db.connections_used(), 0u);
}

TEST_F(storage, a_session_that_was_ended_behind_our_back_is_replaced_with_its_settings) {
  api::database db(loop.worker(), config_of("remora_reader", 1));
  ASSERT_TRUE(run(loop, db.ping(core::deadline::in(std::chrono::seconds(5), core::now()))));
  {
    pqxx::connection owner(postgres->owner_url());
    pqxx::nontransaction(owner).exec(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'remora_reader'");
  }
  std::function<std::string(pqxx::connection_base&)> ask = [](pqxx::connection_base& c) {
    return std::string(pqxx::nontransaction(c).exec1("SHOW statement_timeout")[0].c_str());
  };
  const auto timeout =
      run(loop, db.run(core::deadline::in(std::chrono::seconds(5), core::now()), ask));
  ASSERT_TRUE(timeout) << timeout.error().message();
  EXPECT_NE(*timeout, "0");
}

class queue : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = tests::private_redis::unavailable(); !why.empty()) GTEST_SKIP() << why;
    server.emplace();
    config = {{"127.0.0.1", server->port()}, core::secret(tests::private_redis::password())};
  }
  api::redis_connection connection() { return {loop.worker(), config}; }
  static core::deadline soon() { return core::deadline::in(std::chrono::seconds(5), core::now()); }

  tests::loop loop;
  core::logger log{"test", core::log_level::error};
  std::optional<tests::private_redis> server;
  api::redis_config config;
};

api::delivery_config consumer_named(const char* name) {
  api::delivery_config config;
  config.consumer = name;
  config.claim_after = std::chrono::milliseconds(50);
  return config;
}

TEST_F(queue, a_message_is_pending_until_it_is_settled) {
  auto accepting = connection(), reading = connection(), control = connection();
  api::redis_producer producer(accepting, log);
  api::redis_consumer consumer(reading, control, consumer_named("one"));
  ASSERT_TRUE(run(loop, producer.check(soon())));
  EXPECT_TRUE(producer.durable());

  const auto m = message_of("notes", "{}");
  ASSERT_TRUE(run(loop, producer.enqueue(within(std::chrono::seconds(5)), m)));
  EXPECT_EQ(run(loop, producer.find(within(std::chrono::seconds(5)), m.id))->state,
            api::queue_state::pending);
  const auto got = run(loop, consumer.receive(within(std::chrono::seconds(5)), 10));
  ASSERT_EQ(got->size(), 1u);
  EXPECT_EQ(got->front().message.id, m.id);
  EXPECT_EQ(got->front().message.accepted_at, m.accepted_at);
  EXPECT_EQ(run(loop, consumer.account(within(std::chrono::seconds(5))))->pending, 1);

  ASSERT_TRUE(run(loop, consumer.settle(within(std::chrono::seconds(5)), *got)));
  EXPECT_EQ(run(loop, producer.find(within(std::chrono::seconds(5)), m.id))->state,
            api::queue_state::unknown);
  const auto account = run(loop, consumer.account(within(std::chrono::seconds(5))));
  EXPECT_EQ(account->accepted, 1);
  EXPECT_EQ(account->pending, 0);
}

TEST_F(queue, a_wait_in_vain_gives_nothing_and_is_no_error) {
  auto reading = connection(), control = connection();
  api::redis_consumer consumer(reading, control, consumer_named("one"));
  const auto got = run(loop, consumer.receive(within(std::chrono::milliseconds(50)), 10));
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->empty());
}

TEST_F(queue, a_consumer_that_starts_again_gets_what_it_had_not_settled) {
  auto accepting = connection(), reading = connection(), control = connection();
  api::redis_producer producer(accepting, log);
  ASSERT_TRUE(run(loop, producer.check(soon())));
  const auto m = message_of("notes", "{}");
  ASSERT_TRUE(run(loop, producer.enqueue(within(std::chrono::seconds(5)), m)));
  api::redis_consumer before(reading, control, consumer_named("one"));
  ASSERT_EQ(run(loop, before.receive(within(std::chrono::seconds(5)), 10))->size(), 1u);

  api::redis_consumer after(reading, control, consumer_named("one"));
  const auto again = run(loop, after.recover(within(std::chrono::seconds(5)), 10));
  ASSERT_EQ(again->size(), 1u);
  EXPECT_EQ(again->front().count, 2);
  ASSERT_TRUE(run(loop, after.settle(within(std::chrono::seconds(5)), *again)));
  EXPECT_TRUE(run(loop, after.recover(within(std::chrono::seconds(5)), 10))->empty());
}

TEST_F(queue, what_a_crashed_consumer_held_is_claimed_by_another) {
  auto accepting = connection(), reading = connection(), control = connection();
  api::redis_producer producer(accepting, log);
  ASSERT_TRUE(run(loop, producer.check(soon())));
  const auto m = message_of("notes", "{}");
  ASSERT_TRUE(run(loop, producer.enqueue(within(std::chrono::seconds(5)), m)));
  api::redis_consumer crashed(reading, control, consumer_named("crashed"));
  ASSERT_EQ(run(loop, crashed.receive(within(std::chrono::seconds(5)), 10))->size(), 1u);

  api::redis_consumer other(reading, control, consumer_named("other"));
  std::vector<api::delivery> claimed;
  const auto until = soon();
  while (claimed.empty() && !until.passed(core::now()))
    claimed = *run(loop, other.recover(within(std::chrono::seconds(5)), 10));
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed.front().message.id, m.id);
  EXPECT_EQ(claimed.front().count, 2);
}

TEST_F(queue, a_dead_letter_keeps_its_reason) {
  auto accepting = connection(), reading = connection(), control = connection();
  api::redis_producer producer(accepting, log);
  api::redis_consumer consumer(reading, control, consumer_named("one"));
  ASSERT_TRUE(run(loop, producer.check(soon())));
  const auto m = message_of("notes", "{}");
  ASSERT_TRUE(run(loop, producer.enqueue(within(std::chrono::seconds(5)), m)));
  auto got = run(loop, consumer.receive(within(std::chrono::seconds(5)), 10));
  ASSERT_TRUE(
      run(loop, consumer.bury(within(std::chrono::seconds(5)), {{got->front(), "poison"}})));
  const auto entry = run(loop, producer.find(within(std::chrono::seconds(5)), m.id));
  EXPECT_EQ(entry->state, api::queue_state::dead);
  EXPECT_EQ(entry->reason, "poison");
  const auto account = run(loop, consumer.account(within(std::chrono::seconds(5))));
  EXPECT_EQ(account->accepted, account->pending + account->dead);
  EXPECT_EQ(account->dead, 1);
}

TEST_F(queue, what_was_accepted_survives_a_kill_of_redis) {
  auto accepting = connection(), reading = connection(), control = connection();
  api::redis_producer producer(accepting, log);
  ASSERT_TRUE(run(loop, producer.check(soon())));
  const auto m = message_of("notes", "{}");
  ASSERT_TRUE(run(loop, producer.enqueue(within(std::chrono::seconds(5)), m)));
  server->stop();
  EXPECT_FALSE(
      run(loop, producer.enqueue(within(std::chrono::seconds(5)), message_of("notes", "1"))));
  server->start();
  api::redis_consumer consumer(reading, control, consumer_named("one"));
  core::result<std::vector<api::delivery>> got = core::errc::refused;
  const auto until = soon();
  while (!got && !until.passed(core::now()))
    got = run(loop, consumer.receive(within(std::chrono::milliseconds(200)), 10));
  ASSERT_TRUE(got);
  ASSERT_EQ(got->size(), 1u);
  EXPECT_EQ(got->front().message.id, m.id);
}

TEST_F(queue, after_a_new_connection_nothing_is_accepted_before_it_was_checked) {
  auto accepting = connection();
  api::redis_producer producer(accepting, log);
  ASSERT_TRUE(run(loop, producer.check(soon())));
  accepting.close();
  EXPECT_FALSE(producer.durable());
  EXPECT_FALSE(
      run(loop, producer.enqueue(within(std::chrono::seconds(5)), message_of("notes", "1"))));
  ASSERT_TRUE(run(loop, producer.check(soon())));
  EXPECT_TRUE(producer.durable());
}

TEST_F(queue, a_redis_that_may_lose_writes_is_refused) {
  tests::private_redis careless("everysec");
  config.address.port = careless.port();
  auto accepting = connection();
  api::redis_producer producer(accepting, log);
  EXPECT_FALSE(run(loop, producer.check(soon())));
  EXPECT_FALSE(producer.durable());
}

TEST_F(queue, a_wrong_password_is_an_error) {
  config.password = core::secret("wrong");
  auto refused = connection();
  EXPECT_FALSE(run(loop, refused.run(api::redis_command{"PING"}, soon())));
  EXPECT_FALSE(refused.connected());
}

TEST_F(queue, a_redis_that_says_nothing_costs_no_more_than_the_deadline) {
  auto frozen = connection();
  ASSERT_TRUE(run(loop, frozen.run(api::redis_command{"PING"}, soon())));
  server->freeze();
  const auto begun = core::now();
  const auto reply =
      run(loop, frozen.run(api::redis_command{"PING"},
                           core::deadline::in(std::chrono::milliseconds(100), begun)));
  EXPECT_EQ(reply.error(), core::errc::timed_out);
  EXPECT_LT(core::now() - begun, std::chrono::seconds(2));
  server->thaw();
  core::result<api::redis_reply> again = core::errc::refused;
  const auto until = soon();
  while (!again && !until.passed(core::now()))
    again = run(loop, frozen.run(api::redis_command{"PING"}, soon()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, "PONG");
}

core::task<> ask(api::redis_connection& redis, int number, int& right) {
  api::redis_command command{"ECHO", std::to_string(number)};
  auto reply = co_await redis.run(std::move(command),
                                  core::deadline::in(std::chrono::seconds(5), core::now()));
  if (reply && reply->text == std::to_string(number)) ++right;
}

core::task<> ask_all_at_once(tests::loop& loop, api::redis_connection& redis, int& right) {
  constexpr int many = 500;
  for (int i = 0; i < many; ++i) loop.worker().start("ask", ask(redis, i, right));
  const auto until = core::deadline::in(std::chrono::seconds(10), core::now());
  while (right < many && !until.passed(core::now()))
    co_await core::sleep_for(loop.worker(), std::chrono::milliseconds(1));
}

TEST_F(queue, many_callers_share_a_connection_and_each_gets_its_own_reply) {
  auto shared = connection();
  int right = 0;
  loop.run(ask_all_at_once(loop, shared, right));
  EXPECT_EQ(right, 500);
  EXPECT_EQ(shared.number(), 1u);
}

TEST_F(queue, a_cached_score_lives_as_long_as_it_was_told) {
  auto redis = connection();
  api::redis_score_cache cache(redis, std::chrono::milliseconds(200));
  const api::score s{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};
  ASSERT_TRUE(run(loop, cache.put(within(std::chrono::seconds(5)), {s, 7})));
  const auto found = run(loop, cache.get(within(std::chrono::seconds(5)), s.isin));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value.value, "71.2");
  EXPECT_EQ((*found)->cached_at, 7);
  const auto until = soon();
  bool gone = false;
  while (!gone && !until.passed(core::now()))
    gone = !*run(loop, cache.get(within(std::chrono::seconds(5)), s.isin));
  EXPECT_TRUE(gone);
}

}  // namespace
