#include "api/scores/score_cache.hpp"

#include <gtest/gtest.h>

#include "tests/support/loop.hpp"
#include "tests/unit/api_fakes.hpp"

namespace {

using namespace api_tests;

const api::score apples{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};

TEST(cache_text, is_read_back_and_no_prefix_of_it_is) {
  const std::string text = api::to_cache_text({apples, 1'700'000'000'000});
  const auto entry = api::parse_cache_text(text);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->cached_at, 1'700'000'000'000);
  EXPECT_EQ(entry->value.value, "71.2");
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(api::parse_cache_text(text.substr(0, size))) << size;
}

class cached_score_source : public ::testing::Test {
 protected:
  cached_score_source() { scores.rows[apples.isin] = apples; }

  core::task<> ask(std::string isin) {
    api::call_context call;
    answer = co_await source.find(call, std::move(isin));
    co_await core::sleep_for(loop.worker(),
                             std::chrono::milliseconds(1));  // written behind its back
  }
  std::int64_t now() {
    return static_cast<std::int64_t>(loop.worker().wall.unix_nanos(core::now()) / 1'000'000);
  }

  tests::loop loop;
  fake_scores scores;
  fake_cache cache;
  api::cache_config config;
  api::cached_score_source source{loop.worker(), scores, cache, config};
  core::result<std::optional<api::score>> answer = std::optional<api::score>();
};

TEST_F(cached_score_source, asks_once_while_the_entry_is_fresh) {
  loop.run(ask(apples.isin));
  loop.run(ask(apples.isin));
  EXPECT_EQ(scores.asked, 1);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->value, "71.2");
}

TEST_F(cached_score_source, asks_again_when_the_entry_is_old) {
  cache.entries[apples.isin] = {apples, now() - 10'000};
  scores.rows[apples.isin].value = "50";
  loop.run(ask(apples.isin));
  EXPECT_EQ((*answer)->value, "50");
}

TEST_F(cached_score_source, an_old_entry_is_better_than_none) {
  cache.entries[apples.isin] = {apples, now() - 10'000};
  scores.away = true;
  loop.run(ask(apples.isin));
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->value, "71.2");
}

TEST_F(cached_score_source, fails_when_neither_knows) {
  scores.away = true;
  loop.run(ask(apples.isin));
  EXPECT_FALSE(answer);
}

TEST_F(cached_score_source, needs_no_cache) {
  cache.away = true;
  loop.run(ask(apples.isin));
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(scores.asked, 1);
}

TEST_F(cached_score_source, no_score_is_an_answer_and_not_cached) {
  loop.run(ask("DE0007164600"));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
  EXPECT_TRUE(cache.entries.empty());
}

}  // namespace
