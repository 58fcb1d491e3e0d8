#include "api/cache/snapshot_maker.hpp"

#include <gtest/gtest.h>

#include "api/http/representations.hpp"
#include "tests/unit/api_fakes.hpp"

namespace {

using namespace api_tests;

const api::security apple{"US0378331005", "Apple Inc.", "US", "Information Technology", "USD"};
const api::security sap{"DE0007164600", "SAP", "DE", "Information Technology", "EUR"};
const api::score apples{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};

class snapshot_maker : public ::testing::Test {
 protected:
  snapshot_maker() {
    securities.rows = {{apple.isin, apple}, {sap.isin, sap}};
    scores.rows = {{apple.isin, apples}};
  }
  core::result<api::snapshot_ptr> make(const std::string& isin) {
    return run(loop, maker.make({}, isin));
  }
  core::result<api::security_list> list(int limit = 10, std::string after = "") {
    api::security_page page;
    page.limit = limit;
    page.after = std::move(after);
    return run(loop, maker.list({}, page));
  }
  std::int64_t unix_millis() {
    return static_cast<std::int64_t>(loop.worker().wall.unix_nanos(core::now()) / 1'000'000);
  }

  tests::loop loop;
  fake_securities securities;
  fake_scores scores;
  api::stored_snapshot_maker maker{loop.worker(), securities, scores};
};

TEST_F(snapshot_maker, joins_a_security_and_its_score) {
  const auto before = unix_millis();
  const auto made = make(apple.isin);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->body, api::to_json(apple, apples));
  EXPECT_EQ((*made)->score, api::to_json(apples));
  EXPECT_GE((*made)->read_at, before);
  EXPECT_LE((*made)->read_at, unix_millis());
}

TEST_F(snapshot_maker, a_security_may_have_no_score) {
  const auto made = make(sap.isin);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->body, api::to_json(sap, std::nullopt));
  EXPECT_FALSE((*made)->has_score());
}

TEST_F(snapshot_maker, what_there_is_not_has_no_score_to_ask_for) {
  const auto made = make("FR0000120271");
  ASSERT_TRUE(made);
  EXPECT_FALSE((*made)->exists());
  EXPECT_TRUE(scores.asked.empty());
}

TEST_F(snapshot_maker, makes_nothing_of_half_the_truth) {
  scores.away = true;
  EXPECT_EQ(make(apple.isin).error(), gone());
  scores.away = false;
  securities.away = true;
  EXPECT_EQ(make(apple.isin).error(), gone());
}

TEST_F(snapshot_maker, lists_a_page_and_asks_for_its_scores_in_one_call) {
  const auto all = list();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->items.size(), 2u);
  ASSERT_EQ(all->scores.size(), 1u);
  EXPECT_EQ(all->scores[0].isin, apple.isin);
  ASSERT_EQ(scores.asked.size(), 1u);
  EXPECT_EQ(scores.asked[0], (std::vector<std::string>{sap.isin, apple.isin}));
}

TEST_F(snapshot_maker, asks_for_no_scores_of_an_empty_page) {
  scores.away = true;
  const auto none = list(10, apple.isin);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->items.empty());
  EXPECT_TRUE(scores.asked.empty());
}

TEST_F(snapshot_maker, lists_nothing_when_either_is_away) {
  scores.away = true;
  EXPECT_EQ(list().error(), gone());
  scores.away = false;
  securities.away = true;
  EXPECT_EQ(list().error(), gone());
}

}  // namespace
