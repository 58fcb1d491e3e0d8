#include "api/cache/forgetting_store.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_cache_fakes.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;
using texts = std::vector<std::string>;

api::queued_message message(std::string id, std::string topic, std::string json) {
  api::queued_message m;
  m.id = std::move(id);
  m.topic = std::move(topic);
  m.message = std::move(json);
  return m;
}
api::queued_message score(std::string id, const std::string& isin) {
  return message(std::move(id), "scores", "{\"isin\":\"" + isin + "\",\"value\":1}");
}

TEST(scored_isins, are_those_of_the_stored_messages_of_the_topic_each_once) {
  const std::vector<api::queued_message> batch{
      score("1", "B"), score("2", "A"), score("3", "A"), score("4", "not stored"),
      message("5", "notes", R"({"isin":"of another topic"})")};
  EXPECT_EQ(api::scored_isins(batch, {"1", "2", "3", "5", "of another batch"}), (texts{"A", "B"}));
  EXPECT_EQ(api::scored_isins(batch, {}), texts{});
  EXPECT_EQ(api::scored_isins({}, {"1"}), texts{});
}

TEST(scored_isins, what_names_none_is_passed_over) {
  EXPECT_EQ(api::scored_isins({message("1", "scores", "{"), message("2", "scores", "[]"),
                               message("3", "scores", "{\"value\":1}"), score("4", "A")},
                              {"1", "2", "3", "4"}),
            texts{"A"});
}

class forgetting_store : public ::testing::Test {
 protected:
  core::result<texts> store_all(std::vector<api::queued_message> batch) {
    return run(loop, store.store({}, std::move(batch)));
  }
  bool forgotten(const std::string& isin) { return cache.texts[isin].starts_with("forgotten"); }

  tests::loop loop;
  fake_store inner{loop.worker()};
  fake_shared_cache cache{loop.worker()};
  api::forgetting_store store{inner, cache};
};

TEST_F(forgetting_store, forgets_the_securities_whose_scores_were_stored) {
  const auto stored = store_all({score("1", "A"), message("2", "notes", "1"), score("3", "B")});
  ASSERT_TRUE(stored);
  EXPECT_EQ(*stored, (texts{"1", "2", "3"}));
  EXPECT_TRUE(forgotten("A"));
  EXPECT_TRUE(forgotten("B"));
}

TEST_F(forgetting_store, forgets_nothing_when_nothing_was_stored) {
  inner.poison = {"1"};
  inner.poison_error = gone();
  EXPECT_EQ(store_all({score("1", "A")}).error(), gone());
  EXPECT_TRUE(cache.texts.empty());
}

TEST_F(forgetting_store, asks_nobody_when_no_message_brings_a_score) {
  EXPECT_TRUE(store_all({message("1", "notes", R"({"isin":"A"})")}));
  EXPECT_TRUE(cache.texts.empty());
}

TEST_F(forgetting_store, what_is_stored_is_stored_whatever_the_cache_says) {
  cache.away = true;
  EXPECT_EQ(store_all({score("1", "A")}).value(), texts{"1"});
  cache.away = false;
  cache.door.open = false;  // for ever
  EXPECT_EQ(store_all({score("2", "A")}).value(), texts{"2"});
}

TEST_F(forgetting_store, counts_what_the_store_counts) {
  inner.stored = 17;
  EXPECT_EQ(run(loop, store.count({})).value(), 17);
}

}  // namespace
