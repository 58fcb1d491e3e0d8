#include "probe/discovery/shard.hpp"

#include <gtest/gtest.h>

namespace {

using probe::parse_shard;
using probe::shard;

std::string key(int i) {
  return "scenario-" + std::to_string(i % 37) + "@10.0.0." + std::to_string(i);
}

std::uint32_t owner_of(const std::string& k, std::uint32_t count) {
  std::uint32_t owner = count, owners = 0;
  for (std::uint32_t i = 0; i < count; ++i)
    if (shard{i, count}.owns(k)) owner = i, ++owners;
  EXPECT_EQ(owners, 1u) << k << " of " << count;
  return owner;
}

TEST(shard, every_key_belongs_to_exactly_one_replica) {
  for (const std::uint32_t count : {1u, 2u, 3u, 7u, 16u, 100u})
    for (int i = 0; i < 500; ++i) owner_of(key(i), count);
}

TEST(shard, work_is_spread_evenly) {
  constexpr int keys = 20'000;
  constexpr std::uint32_t count = 10;
  std::vector<int> of(count);
  for (int i = 0; i < keys; ++i) ++of[owner_of(key(i), count)];
  // 2000 each; the deviation of a fair share is 42.
  for (const int n : of) EXPECT_NEAR(n, keys / count, 6 * 42);
}

TEST(shard, one_replica_more_takes_its_share_and_moves_nothing_else) {
  constexpr int keys = 10'000;
  for (const std::uint32_t count : {1u, 2u, 5u, 20u}) {
    int moved = 0;
    for (int i = 0; i < keys; ++i) {
      const auto before = owner_of(key(i), count), after = owner_of(key(i), count + 1);
      if (before == after) continue;
      ++moved;
      EXPECT_EQ(after, count) << "moved between two that were there: " << key(i);
    }
    const double share = 1.0 / (count + 1);
    const double deviation = std::sqrt(keys * share * (1 - share));
    EXPECT_NEAR(moved, keys * share, 6 * deviation) << count;
  }
}

// Replicas of different versions must agree. Computed apart, in Python.
TEST(shard, is_the_same_for_ever) {
  EXPECT_EQ(owner_of("critical-path", 7), 2u);
  EXPECT_EQ(owner_of("critical-path@10.0.0.1:80", 7), 0u);
  EXPECT_EQ(owner_of("search", 100), 74u);
}

TEST(parse_shard, reads_an_index_and_a_count) {
  EXPECT_EQ(parse_shard("0/1"), (shard{0, 1}));
  EXPECT_EQ(parse_shard("2/3"), (shard{2, 3}));
  EXPECT_EQ(parse_shard("9999/10000"), (shard{9999, 10'000}));
  for (const char* bad : {"", "/", "1", "1/", "/1", "3/3", "4/3", "-1/3", "+1/3", "1/0", "0/0",
                          "a/3", "1/b", "1/3/5", " 1/3", "1/3 ", "1/10001", "0/4294967297"})
    EXPECT_FALSE(parse_shard(bad)) << bad;
}

}  // namespace
