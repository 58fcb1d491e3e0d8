#include "api/postgres/database.hpp"
#include "api/postgres/message_repository.hpp"
#include "api/postgres/postgres_score_store.hpp"
#include "api/postgres/security_repository.hpp"
#include "core/sqlstate.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

using tests::in_time;
using tests::message_of;
using tests::run;

api::security_page page(std::string after, int limit) {
  api::security_page p;
  p.after = std::move(after);
  p.limit = limit;
  return p;
}

class storage : public tests::with_postgres {
 protected:
  tests::loop loop;
};

TEST_F(storage, lists_by_isin_and_finds_one) {
  api::database db(loop.worker(), config_of("remora_reader"));
  api::postgres_security_repository securities(db);
  const auto first = run(loop, securities.list(in_time(), page("", 1)));
  ASSERT_TRUE(first) << first.error().message();
  ASSERT_EQ(first->size(), 1u);
  EXPECT_EQ(first->front().isin, "DE0007164600");
  const auto rest = run(loop, securities.list(in_time(), page("DE0007164600", 9)));
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ(rest->front().name, "Apple Inc.");
  EXPECT_TRUE(*run(loop, securities.find(in_time(), "US0378331005")));
  EXPECT_FALSE(*run(loop, securities.find(in_time(), "FR0000120271")));
}

TEST_F(storage, a_seeded_score_is_illustrative_and_exact) {
  api::database db(loop.worker(), config_of("remora_scores"));
  api::postgres_score_store scores(db);
  const auto found = run(loop, scores.find(in_time(), "US0378331005"));
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
  EXPECT_EQ(run(loop, store.store(in_time(), {a, b, a}))->size(), 2u);
  EXPECT_EQ(run(loop, store.store(in_time(), {b, a}))->size(), 0u);
  const auto found = run(loop, reader.find(in_time(), a.id));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->message, R"({"n": 71.20, "q": "\"\\{}é,"})");
  EXPECT_EQ((*found)->accepted_at, "2023-11-14T22:13:20.123Z");
}

TEST_F(storage, the_newest_score_wins_in_whatever_order_they_come) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_message_store store(writing);
  api::postgres_score_store scores(writing);
  const auto score_at = [](const char* value, std::int64_t at) {
    return message_of("scores", std::string(R"({"isin":"DE0007164600","value":)") + value + "}",
                      at);
  };
  constexpr std::int64_t later = 1'900'000'000'000;
  const auto stored =
      run(loop, store.store(in_time(), {score_at("1", later), score_at("2.5", later + 2),
                                        score_at("3", later + 1)}));
  ASSERT_TRUE(stored) << stored.error().message();
  run(loop, store.store(in_time(), {score_at("4", later)}));
  const auto found = run(loop, scores.find(in_time(), "DE0007164600"));
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
      run(loop, store.store(in_time(), {good, message_of(GetParam().topic, GetParam().message)}));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(core::is_data_error(refused.error()));
  EXPECT_EQ(core::sqlstate(refused.error()), GetParam().sqlstate);
  EXPECT_EQ(run(loop, store.store(in_time(), {good}))->size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    of, poison_message,
    ::testing::Values(
        poison{"no_json", "notes", "{", "22P02"}, poison{"u0000", "notes", R"("\u0000")", "22P05"},
        poison{"unknown_isin", "scores", R"({"isin":"FR0000120271","value":1})", "23503"},
        poison{"value_out_of_range", "scores", R"({"isin":"US0378331005","value":101})", "23514"},
        poison{"no_value", "scores", R"({"isin":"US0378331005"})", "23502"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
