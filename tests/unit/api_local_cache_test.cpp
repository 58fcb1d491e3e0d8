#include "api/cache/local_cache.hpp"

#include <gtest/gtest.h>

namespace {

using api::local_cache;

class kept_locally : public ::testing::Test {
 protected:
  void put(const char* isin, std::int64_t read_at = 0, int seconds = 10, bool stale = false) {
    cache.put(isin,
              {api::make_absent_snapshot(read_at), stale, start + std::chrono::seconds(seconds)});
  }
  const local_cache::entry* find(const char* isin, int after_seconds = 0) {
    return cache.find(isin, start + std::chrono::seconds(after_seconds));
  }

  core::instant start = core::now();
  local_cache cache{3};
};

TEST_F(kept_locally, is_there_until_its_time_is_over) {
  put("a", 7, 10, true);
  ASSERT_TRUE(find("a", 9));
  EXPECT_EQ(find("a", 9)->snapshot->read_at, 7);
  EXPECT_TRUE(find("a", 9)->stale);
  EXPECT_FALSE(find("a", 10));
  EXPECT_FALSE(find("b"));
}

TEST_F(kept_locally, what_is_put_again_takes_the_place_of_what_was_there) {
  put("a", 1, 1);
  put("a", 2, 5);
  EXPECT_EQ(find("a", 4)->snapshot->read_at, 2);
  EXPECT_EQ(cache.size(), 1u);
}

TEST_F(kept_locally, at_the_limit_what_was_not_asked_for_the_longest_goes) {
  put("a");
  put("b");
  put("c");
  EXPECT_TRUE(find("a"));
  put("d");
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_FALSE(find("b"));
  EXPECT_TRUE(find("a"));
  EXPECT_TRUE(find("c"));
  EXPECT_TRUE(find("d"));
}

TEST_F(kept_locally, what_is_put_again_was_asked_for) {
  put("a");
  put("b");
  put("c");
  put("a", 5);
  put("d");
  put("e");
  EXPECT_TRUE(find("a"));
  EXPECT_FALSE(find("b"));
  EXPECT_FALSE(find("c"));
}

TEST_F(kept_locally, what_is_forgotten_leaves_room) {
  put("a");
  put("b");
  put("c");
  cache.forget("b");
  cache.forget("b");
  cache.forget("x");
  EXPECT_FALSE(find("b"));
  EXPECT_EQ(cache.size(), 2u);
  put("d");
  EXPECT_TRUE(find("a"));
  EXPECT_TRUE(find("c"));
}

TEST_F(kept_locally, stays_within_its_limit_whatever_comes) {
  for (int i = 0; i < 1000; ++i) {
    const auto name = std::to_string(i % 7);
    put(name.c_str(), i);
    if (i % 3 == 0) cache.forget(std::to_string(i % 5));
    ASSERT_LE(cache.size(), 3u);
    const auto* latest = find(name.c_str());
    if (latest) {
      ASSERT_EQ(latest->snapshot->read_at, i);
    }
  }
}

TEST(local_cache, of_one_entry_keeps_the_latest) {
  local_cache one(1);
  const auto until = core::now() + std::chrono::hours(1);
  one.put("a", {api::make_absent_snapshot(1), false, until});
  one.put("b", {api::make_absent_snapshot(2), false, until});
  EXPECT_FALSE(one.find("a", core::now()));
  EXPECT_TRUE(one.find("b", core::now()));
}

}  // namespace
