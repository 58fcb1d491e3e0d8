#include <algorithm>

#include "api/isin.hpp"
#include "api/postgres/database.hpp"
#include "api/postgres/message_repository.hpp"
#include "api/postgres/postgres_score_store.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

using tests::in_time;
using tests::keep_result;
using tests::message_of;
using tests::run;
using texts = std::vector<std::string>;

const std::string apple = "US0378331005";
const std::string sap = "DE0007164600";
const std::string nobodys = "FR0000120271";
const std::string nobodys_either = "GB0002634946";

/// As the role that the scores API has, and no more.
class score_store : public tests::with_postgres {
 protected:
  static void SetUpTestSuite() {
    with_postgres::SetUpTestSuite();
    if (!postgres) return;
    pqxx::connection owner(postgres->owner_url());
    api::fill_securities(owner, 1002);
  }
  void SetUp() override {
    with_postgres::SetUp();
    if (IsSkipped()) return;
    as_owner("UPDATE score SET value = 10, as_of = '2026-01-01T00:00:00Z', illustrative = true");
    as_owner("DELETE FROM score WHERE isin = 'DE0007164600'");
    db.emplace(loop.worker(), config_of("remora_scores", 2));
    scores.emplace(*db);
  }

  std::optional<api::score> find(const std::string& isin) {
    return run(loop, scores->find(in_time(), isin)).value();
  }
  std::vector<api::score> find_all(texts isins) {
    return run(loop, scores->find_all(in_time(), std::move(isins))).value();
  }
  std::optional<api::score> put(const std::string& isin, const std::string& value) {
    return run(loop, scores->put(in_time(), {isin, value})).value();
  }
  texts put_all(std::vector<api::new_score> values) {
    return run(loop, scores->put_all(in_time(), std::move(values))).value();
  }
  /// The ISINs of so many generated securities.
  static texts generated(std::uint32_t count) {
    texts isins;
    for (std::uint32_t i = 0; i < count; ++i) isins.push_back(api::generated_isin(i));
    return isins;
  }
  static std::vector<api::new_score> with_value(const texts& isins, const std::string& value) {
    std::vector<api::new_score> rows;
    for (const auto& isin : isins) rows.push_back({isin, value});
    return rows;
  }

  tests::loop loop;
  std::optional<api::database> db;
  std::optional<api::postgres_score_store> scores;
};

TEST_F(score_store, a_score_that_is_put_is_given_back_as_it_is_stored) {
  const auto before =
      as_owner("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI')");
  const auto stored = put(apple, "55.50");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->isin, apple);
  EXPECT_EQ(stored->value, "55.5");
  EXPECT_FALSE(stored->illustrative);
  EXPECT_GE(stored->as_of.substr(0, 16), before[0][0].c_str());
  EXPECT_EQ(stored->as_of.back(), 'Z');
  const auto found = find(apple);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, "55.5");
  EXPECT_EQ(found->as_of, stored->as_of);
  EXPECT_FALSE(found->illustrative);
}

TEST_F(score_store, a_security_that_had_none_has_one_now) {
  EXPECT_FALSE(find(sap));
  EXPECT_TRUE(put(sap, "0"));
  EXPECT_EQ(find(sap)->value, "0");
}

TEST_F(score_store, every_value_that_is_allowed_is_kept_to_the_digit) {
  for (const char* value : {"0", "0.01", "0.1", "9.99", "71.25", "99.9", "100"})
    EXPECT_EQ(put(apple, value)->value, value);
  EXPECT_EQ(put(apple, "100.00")->value, "100");
  EXPECT_EQ(put(apple, "70")->value, "70");  // no zero is cut off that counts
}

TEST_F(score_store, there_is_no_score_of_no_security) {
  EXPECT_FALSE(put(nobodys, "1"));
  EXPECT_FALSE(find(nobodys));
}

TEST_F(score_store, a_value_out_of_range_is_refused_by_the_table_itself) {
  EXPECT_FALSE(run(loop, scores->put(in_time(), {apple, "100.01"})));
  EXPECT_FALSE(run(loop, scores->put(in_time(), {apple, "-1"})));
  EXPECT_FALSE(run(loop, scores->put_all(in_time(), {{sap, "1"}, {apple, "101"}})));
  EXPECT_EQ(find(apple)->value, "10");
  EXPECT_FALSE(find(sap));
}

TEST_F(score_store, time_never_goes_back) {
  as_owner("UPDATE score SET as_of = '2100-01-01T00:00:00Z' WHERE isin = 'US0378331005'");
  const auto stored = put(apple, "20");
  EXPECT_EQ(stored->value, "20");
  EXPECT_EQ(stored->as_of, "2100-01-01T00:00:00Z");
  EXPECT_EQ(put_all({{apple, "30"}, {sap, "30"}}), texts{});
  EXPECT_EQ(find(apple)->value, "30");
  EXPECT_EQ(find(apple)->as_of, "2100-01-01T00:00:00Z");
  EXPECT_LT(find(sap)->as_of, "2100");
}

TEST_F(score_store, what_was_put_stands_against_messages_that_were_accepted_before) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_message_store messages(writing);
  const auto message = [](std::int64_t accepted_at, const char* value) {
    return message_of("scores", std::string(R"({"isin":"US0378331005","value":)") + value + "}",
                      accepted_at);
  };
  ASSERT_TRUE(put(apple, "55"));
  const std::int64_t earlier = 1'767'312'000'000;  // 2026-01-02, before the put
  const std::int64_t later = 4'102'444'800'000;    // 2100-01-01
  ASSERT_TRUE(run(loop, messages.store(in_time(), {message(earlier, "1")})));
  EXPECT_EQ(find(apple)->value, "55");
  ASSERT_TRUE(run(loop, messages.store(in_time(), {message(later, "2")})));
  EXPECT_EQ(find(apple)->value, "2");
  ASSERT_TRUE(put(apple, "56"));  // what is written directly is newer than whatever is there
  EXPECT_EQ(find(apple)->value, "56");
}

TEST_F(score_store, many_are_found_at_once_in_the_order_of_their_isins) {
  const auto found = find_all({apple, nobodys, api::generated_isin(999'999), sap,
                               api::generated_isin(3), api::generated_isin(1)});
  texts isins;
  for (const auto& s : found) isins.push_back(s.isin);
  EXPECT_EQ(isins, (texts{apple, api::generated_isin(1), api::generated_isin(3)}));
  EXPECT_EQ(found[0].value, "10");
  EXPECT_EQ(found[0].as_of, "2026-01-01T00:00:00Z");
  EXPECT_TRUE(found[0].illustrative);
  EXPECT_TRUE(find_all({}).empty());
  EXPECT_EQ(find_all(generated(1000)).size(), 1000u);
}

TEST_F(score_store, many_are_put_at_once) {
  const auto isins = generated(1000);
  EXPECT_EQ(put_all(with_value(isins, "42.5")), texts{});
  for (const auto& s : find_all(isins)) {
    ASSERT_EQ(s.value, "42.5") << s.isin;
    ASSERT_FALSE(s.illustrative);
  }
  EXPECT_EQ(find(apple)->value, "10");
}

TEST_F(score_store, with_one_isin_of_no_security_nothing_is_put_and_all_such_are_named) {
  EXPECT_EQ(put_all({{nobodys_either, "1"}, {apple, "99"}, {nobodys, "1"}, {sap, "99"}}),
            (texts{nobodys, nobodys_either}));
  EXPECT_EQ(find(apple)->value, "10");
  EXPECT_FALSE(find(sap));
}

core::task<> put_often(api::postgres_score_store& scores, std::vector<api::new_score> rows,
                       int times, int& done, int& failed) {
  for (int i = 0; i < times; ++i) {
    std::vector<api::new_score> copy = rows;
    auto unknown = co_await scores.put_all(in_time(), std::move(copy));
    if (!unknown || !unknown->empty()) ++failed;
  }
  ++done;
}

core::task<> put_from_both_ends(tests::loop& loop, api::postgres_score_store& scores,
                                std::vector<api::new_score> rows, int& done, int& failed) {
  constexpr int times = 25;
  loop.worker().start("forwards", put_often(scores, rows, times, done, failed));
  std::reverse(rows.begin(), rows.end());
  for (auto& row : rows) row.value = "2";
  loop.worker().start("backwards", put_often(scores, rows, times, done, failed));
  const auto both_done = [&done] { return done == 2; };
  co_await tests::holds(loop.worker(), both_done);
}

TEST_F(score_store, two_that_are_put_in_opposite_order_do_not_wait_for_each_other_in_a_circle) {
  int done = 0, failed = 0;
  loop.run(put_from_both_ends(loop, *scores, with_value(generated(500), "1"), done, failed));
  EXPECT_EQ(done, 2);
  EXPECT_EQ(failed, 0);
  const auto found = find_all(generated(500));
  for (const auto& s : found) ASSERT_EQ(s.value, found[0].value);  // all of one, not a mixture
}

core::task<> store_often(api::postgres_message_store& store, std::vector<api::new_score> rows,
                         int times, int& done, int& failed) {
  for (int i = 0; i < times; ++i) {
    std::vector<api::queued_message> batch;
    for (const auto& row : rows)
      batch.push_back(message_of("scores",
                                 "{\"isin\":\"" + row.isin + "\",\"value\":" + row.value + "}",
                                 4'102'444'800'000 + i));
    auto stored = co_await store.store(in_time(), std::move(batch));
    if (!stored) ++failed;
  }
  ++done;
}

core::task<> put_and_store(tests::loop& loop, api::postgres_score_store& scores,
                           api::postgres_message_store& messages, std::vector<api::new_score> rows,
                           int& done, int& failed) {
  constexpr int times = 15;
  loop.worker().start("put", put_often(scores, rows, times, done, failed));
  std::reverse(rows.begin(), rows.end());
  loop.worker().start("store", store_often(messages, rows, times, done, failed));
  std::rotate(rows.begin(), rows.begin() + 100, rows.end());
  loop.worker().start("store too", store_often(messages, rows, times, done, failed));
  const auto all_done = [&done] { return done == 3; };
  co_await tests::holds(loop.worker(), all_done);
}

TEST_F(score_store, neither_do_messages_that_bring_scores_while_others_are_put) {
  api::database writing(loop.worker(), config_of("remora_worker", 2));
  api::postgres_message_store messages(writing);
  int done = 0, failed = 0;
  loop.run(put_and_store(loop, *scores, messages, with_value(generated(300), "3"), done, failed));
  EXPECT_EQ(done, 3);
  EXPECT_EQ(failed, 0);
}

}  // namespace
