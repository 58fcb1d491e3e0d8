#include "api/postgres/database.hpp"

#include <future>

#include "api/telemetry/connection_metrics.hpp"
#include "core/sqlstate.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

using tests::keep_result;
using tests::run;
using tests::soon;

using blocking = std::function<std::int64_t(pqxx::connection_base&)>;
using answer = std::optional<core::result<std::int64_t>>;

// What a scrape finds of a pool.
std::string scraped(const api::database& db) {
  core::exposition_writer out(core::exposition_format::text);
  api::connection_metrics(&db, {})->write(out);
  return std::move(out).finish();
}
bool tells(const api::database& db, const std::string& sample) {
  return ("\n" + scraped(db)).find("\n" + sample + "\n") != std::string::npos;
}

std::int64_t select_one(pqxx::connection_base& c) {
  return pqxx::nontransaction(c).exec1("SELECT 1")[0].as<std::int64_t>();
}

class database : public tests::with_postgres {
 protected:
  static api::postgres_config limited_to(std::int64_t pool, std::int64_t waiting) {
    auto config = config_of("remora_reader", pool);
    config.waiting = waiting;
    return config;
  }
  tests::loop loop;
};

/// Occupies connections until it is told to let go.
class occupation {
 public:
  ~occupation() { end(); }
  blocking work() {
    return [over = over_](pqxx::connection_base& c) {
      over.wait();
      return select_one(c);
    };
  }
  void end() {
    if (!std::exchange(ended_, true)) end_.set_value();
  }

 private:
  std::promise<void> end_;
  std::shared_future<void> over_ = end_.get_future().share();
  bool ended_ = false;
};

TEST_F(database, a_statement_that_takes_too_long_is_cut_off) {
  api::database db(loop.worker(), config_of("remora_reader"));
  blocking sleeping = [](pqxx::connection_base& c) {
    pqxx::nontransaction(c).exec("SELECT pg_sleep(600)");
    return std::int64_t{0};
  };
  const auto result =
      run(loop, db.run(core::deadline::in(std::chrono::milliseconds(200), core::now()), sleeping));
  // Our deadline and PostgreSQL's own are the same: either may be first.
  EXPECT_TRUE(result.error() == core::errc::timed_out || core::sqlstate(result.error()) == "57014")
      << result.error().message();
  EXPECT_TRUE(run(loop, db.ping(soon())));
}

core::task<> wait_for_a_connection(api::database& db, tests::loop& loop, answer& waited) {
  occupation held;
  answer first;
  loop.worker().start("first", keep_result(db.run(soon(), held.work()), first));
  const auto occupied = [&db] { return db.connections_used() == 1; };
  co_await tests::holds(loop.worker(), occupied);
  blocking work = select_one;
  waited = co_await db.run(core::deadline::in(std::chrono::milliseconds(50), core::now()),
                           std::move(work));
  EXPECT_EQ(db.connections_used(), 1u);
  EXPECT_EQ(db.waiting(), 0u);
  held.end();
  const auto let_go = [&first] { return first.has_value(); };
  co_await tests::holds(loop.worker(), let_go);
  EXPECT_TRUE(first && *first);
  auto after = co_await db.ping(soon());
  EXPECT_TRUE(after);
}

TEST_F(database, who_waits_for_a_connection_waits_no_longer_than_its_deadline) {
  api::database db(loop.worker(), config_of("remora_reader", 1));
  answer waited;
  loop.run(wait_for_a_connection(db, loop, waited));
  ASSERT_TRUE(waited);
  EXPECT_EQ(waited->error(), core::errc::timed_out);
  EXPECT_EQ(db.connections_used(), 0u);
}

core::task<> fill_the_line(api::database& db, tests::loop& loop, answer& one_too_many) {
  occupation held;
  answer first, second, third;
  loop.worker().start("first", keep_result(db.run(soon(), held.work()), first));
  loop.worker().start("second", keep_result(db.run(soon(), blocking(select_one)), second));
  loop.worker().start("third", keep_result(db.run(soon(), blocking(select_one)), third));
  const auto full = [&db] { return db.waiting() == 2; };
  co_await tests::holds(loop.worker(), full);
  blocking work = select_one;
  one_too_many = co_await db.run(core::deadline::never(), std::move(work));
  EXPECT_FALSE(second || third);
  EXPECT_TRUE(tells(db, R"(db_client_connection_pending_requests{db_system_name="postgresql"} 2)"));
  EXPECT_TRUE(tells(db, R"(db_client_connection_max{db_system_name="postgresql"} 1)"));
  EXPECT_TRUE(
      tells(db, R"(db_client_connection_count{db_system_name="postgresql",state="used"} 1)"))
      << scraped(db);
  held.end();
  const auto all_back = [&] { return first && second && third; };
  co_await tests::holds(loop.worker(), all_back);
  EXPECT_TRUE(second && *second);
  EXPECT_TRUE(third && *third);
  auto after = co_await db.ping(soon());
  EXPECT_TRUE(after);
}

TEST_F(database, one_call_more_than_may_wait_fails_at_once_with_too_many_connections) {
  api::database db(loop.worker(), limited_to(1, 2));
  answer one_too_many;
  loop.run(fill_the_line(db, loop, one_too_many));
  ASSERT_TRUE(one_too_many);
  EXPECT_EQ(core::sqlstate(one_too_many->error()), "53300");
  EXPECT_EQ(db.connections_used(), 0u);
  EXPECT_EQ(db.waiting(), 0u);
  EXPECT_TRUE(tells(db, R"(db_client_connection_pending_requests{db_system_name="postgresql"} 0)"));
  EXPECT_TRUE(
      tells(db, R"(db_client_connection_count{db_system_name="postgresql",state="idle"} 1)"));
}

core::task<> find_no_room(api::database& db, tests::loop& loop, answer& refused) {
  occupation held;
  answer first;
  loop.worker().start("first", keep_result(db.run(soon(), held.work()), first));
  const auto occupied = [&db] { return db.connections_used() == 1; };
  co_await tests::holds(loop.worker(), occupied);
  blocking work = select_one;
  refused = co_await db.run(core::deadline::never(), std::move(work));
  held.end();
  const auto let_go = [&first] { return first.has_value(); };
  co_await tests::holds(loop.worker(), let_go);
}

TEST_F(database, nobody_waits_where_nobody_may) {
  api::database db(loop.worker(), limited_to(1, 0));
  answer refused;
  loop.run(find_no_room(db, loop, refused));
  ASSERT_TRUE(refused);
  EXPECT_EQ(core::sqlstate(refused->error()), "53300");
  EXPECT_TRUE(run(loop, db.ping(soon())));
}

TEST_F(database, a_fault_of_ours_reaches_the_caller_as_it_is) {
  api::database db(loop.worker(), config_of("remora_reader"));
  blocking faulty = [](pqxx::connection_base&) -> std::int64_t { throw std::logic_error("ours"); };
  EXPECT_THROW(run(loop, db.run(soon(), faulty)), std::logic_error);
  EXPECT_EQ(db.connections_used(), 0u);
}

TEST_F(database, a_restart_of_postgresql_costs_nobody_an_error) {
  api::database db(loop.worker(), config_of("remora_reader"));
  ASSERT_TRUE(run(loop, db.ping(soon())));
  postgres->stop();
  const auto gone = run(loop, db.ping(soon()));
  EXPECT_EQ(core::sqlstate(gone.error()), "08001");
  postgres->start();
  EXPECT_TRUE(run(loop, db.ping(soon())));
  EXPECT_EQ(db.connections_used(), 0u);
}

TEST_F(database, a_session_that_was_ended_behind_our_back_is_replaced_with_its_settings) {
  api::database db(loop.worker(), config_of("remora_reader", 1));
  ASSERT_TRUE(run(loop, db.ping(soon())));
  ASSERT_EQ(as_owner("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE usename = 'remora_reader'")
                .size(),
            1u);
  std::function<std::string(pqxx::connection_base&)> ask = [](pqxx::connection_base& c) {
    return std::string(pqxx::nontransaction(c).exec1("SHOW statement_timeout")[0].c_str());
  };
  const auto timeout = run(loop, db.run(soon(), ask));
  ASSERT_TRUE(timeout) << timeout.error().message();
  EXPECT_NE(*timeout, "0");
}

}  // namespace
