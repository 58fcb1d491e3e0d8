#include "api/postgres/database.hpp"
#include "api/postgres/dead_letter_repository.hpp"
#include "api/postgres/message_repository.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/integration/api_database_fixture.hpp"

namespace {

using tests::in_time;

class dead_letters : public tests::with_postgres {
 protected:
  void SetUp() override {
    tests::with_postgres::SetUp();
    if (!IsSkipped()) as_owner("TRUNCATE message, dead_letter");
  }
  template <class T>
  T run(core::task<T> what) {
    return tests::run(loop, std::move(what));
  }
  static api::dead_letter letter(const std::string& receipt, const std::string& message = "1") {
    api::dead_letter l;
    l.what.receipt = receipt;
    l.what.count = 7;
    l.what.message = tests::message_of("notes", message);
    l.what.message.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    l.what.message.tracestate = "remora=synthetic";
    l.reason = "because of " + receipt;
    return l;
  }
  static std::vector<std::string> reasons(const std::vector<api::dead_letter>& letters) {
    std::vector<std::string> out;
    for (const auto& l : letters) out.push_back(l.reason);
    return out;
  }

  tests::loop loop;
};

using texts = std::vector<std::string>;

TEST_F(dead_letters, come_back_as_they_were_buried) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store store(writing);
  auto readable = letter("a", R"({"n": 71.20, "q": "\"\\{}é,"})");
  auto unreadable = letter("b", "no \"JSON\", {\\");
  unreadable.what.message.id.clear();
  unreadable.what.message.topic.clear();
  ASSERT_TRUE(run(store.insert(in_time(), {readable, unreadable})));
  const auto listed = run(store.list(in_time(), "", 10));
  ASSERT_TRUE(listed) << listed.error().message();
  ASSERT_EQ(listed->size(), 2u);
  const auto& first = listed->front();
  EXPECT_EQ(first.reason, "because of a");
  EXPECT_EQ(first.what.count, 7);
  EXPECT_EQ(first.what.message.id, readable.what.message.id);
  EXPECT_EQ(first.what.message.topic, "notes");
  EXPECT_EQ(first.what.message.message, readable.what.message.message);
  EXPECT_EQ(first.what.message.accepted_at, readable.what.message.accepted_at);
  EXPECT_EQ(first.what.message.traceparent, readable.what.message.traceparent);
  EXPECT_TRUE(first.what.message.synthetic);
  EXPECT_EQ(listed->back().what.message.id, "");
  EXPECT_EQ(listed->back().what.message.message, "no \"JSON\", {\\");
}

TEST_F(dead_letters, are_buried_once_by_receipt_and_by_transaction) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store store(writing);
  const auto a = letter("a");
  auto same_receipt = letter("a");
  auto same_transaction = letter("c");
  same_transaction.what.message.id = a.what.message.id;
  ASSERT_TRUE(run(store.insert(in_time(), {a})));
  ASSERT_TRUE(run(store.insert(in_time(), {same_receipt, same_transaction, letter("b")})));
  EXPECT_EQ(reasons(*run(store.list(in_time(), "", 10))), (texts{"because of a", "because of b"}));
}

TEST_F(dead_letters, without_transaction_are_as_many_as_there_are) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store store(writing);
  auto a = letter("a"), b = letter("b");
  a.what.message.id.clear();
  b.what.message.id.clear();
  ASSERT_TRUE(run(store.insert(in_time(), {a, b})));
  EXPECT_EQ(*run(store.count(in_time())), 2);
}

TEST_F(dead_letters, are_listed_in_pieces_though_some_are_taken_away_in_between) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store store(writing);
  ASSERT_TRUE(run(store.insert(in_time(), {letter("a"), letter("b"), letter("c")})));
  const auto first = run(store.list(in_time(), "", 2));
  EXPECT_EQ(reasons(*first), (texts{"because of a", "because of b"}));
  const std::string last = first->back().what.receipt;
  EXPECT_EQ(*run(store.look_for(in_time(), last)), 1);
  EXPECT_EQ(*run(store.remove(in_time(), last)), 1);
  EXPECT_EQ(*run(store.look_for(in_time(), last)), 0);
  EXPECT_EQ(*run(store.remove(in_time(), last)), 0);
  EXPECT_EQ(reasons(*run(store.list(in_time(), last, 2))), texts{"because of c"});
}

TEST_F(dead_letters, have_no_receipts_but_numbers) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::postgres_dead_letter_store store(writing);
  EXPECT_EQ(run(store.list(in_time(), "1700000000000-0", 2)).error(), core::errc::malformed);
  EXPECT_EQ(*run(store.remove(in_time(), "a")), 0);
  EXPECT_EQ(*run(store.look_for(in_time(), "")), 0);
}

TEST_F(dead_letters, that_were_stored_all_the_same_do_not_count) {
  api::database writing(loop.worker(), config_of("remora_worker"));
  api::database reading(loop.worker(), config_of("remora_reader"));
  api::postgres_dead_letter_store store(writing);
  api::postgres_message_store messages(writing);
  api::postgres_dead_letter_reader ends(reading);
  const auto a = letter("a"), b = letter("b");
  ASSERT_TRUE(run(store.insert(in_time(), {a, b})));
  ASSERT_TRUE(run(messages.store(in_time(), {a.what.message})));
  EXPECT_EQ(*run(store.count(in_time())), 1);

  const auto both = run(ends.find_end(in_time(), a.what.message.id));
  ASSERT_TRUE(both) << both.error().message();
  EXPECT_TRUE(both->stored);
  EXPECT_EQ(both->dead, "because of a");
  const auto dead = run(ends.find_end(in_time(), b.what.message.id));
  EXPECT_FALSE(dead->stored);
  EXPECT_EQ(dead->dead, "because of b");
  const auto neither = run(ends.find_end(in_time(), api::new_transaction_id()));
  EXPECT_FALSE(neither->stored);
  EXPECT_FALSE(neither->dead);
}

}  // namespace
