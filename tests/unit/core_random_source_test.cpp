#include "core/random_source.hpp"

#include <gtest/gtest.h>

#include <set>
#include <span>
#include <vector>

namespace {

TEST(random_source, a_seed_gives_the_same_numbers_again) {
  core::random_source a(42), b(42), c(43);
  const auto first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
}

// splitmix64 and xoshiro256** as published (prng.di.unimi.it), seed 0.
TEST(random_source, is_xoshiro256_starstar) {
  core::random_source random(0);
  EXPECT_EQ(random.next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(random.next(), 0xbf6e1f784956452au);
  EXPECT_EQ(random.next(), 0x1a5f849d4933e6e0u);
}

TEST(random_source, two_sources_of_the_system_differ) {
  core::random_source a, b;
  EXPECT_NE(a.next(), b.next());
}

TEST(random_source, uniform_stays_below_one_and_is_even) {
  core::random_source random(1);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform();
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    sum += x;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 0.01);
}

TEST(random_source, fills_every_length_and_nothing_beyond) {
  core::random_source random(7);
  for (std::size_t n = 0; n < 40; ++n) {
    std::vector<std::uint8_t> bytes(n + 1, 0);
    std::set<std::uint8_t> seen;
    for (int round = 0; round < 50; ++round) {
      random.fill(std::span(bytes).first(n));
      if (n > 0) seen.insert(bytes[n - 1]);
    }
    EXPECT_EQ(bytes[n], 0);
    if (n > 0) {
      EXPECT_GT(seen.size(), 20u) << n;
    }
  }
}

}  // namespace
