#include "sidecar/proxy/upstream_targets.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/random_source.hpp"

namespace {

using namespace sidecar;
namespace ip = core::asio::ip;

upstream_target target(unsigned priority, unsigned weight, unsigned last_byte) {
  return {static_cast<std::uint16_t>(priority),
          static_cast<std::uint16_t>(weight),
          {ip::make_address("10.0.0." + std::to_string(last_byte)), 80}};
}

/// How often each target is chosen in `rounds` tries.
template <class Usable>
std::map<std::size_t, int> chosen(const std::vector<upstream_target>& targets, Usable usable,
                                  int rounds = 30'000) {
  core::random_source random(7);
  std::map<std::size_t, int> out;
  for (int i = 0; i < rounds; ++i)
    if (const auto one = choose(targets, usable, random.uniform())) ++out[*one];
  return out;
}
bool every(std::size_t) {
  return true;
}

TEST(upstream_targets, are_ordered_by_priority_with_the_weightless_first) {
  const auto sorted = in_order(
      {target(2, 5, 1), target(1, 5, 2), target(1, 0, 3), target(2, 0, 4), target(1, 9, 5)});
  EXPECT_EQ(sorted, (std::vector{target(1, 0, 3), target(1, 5, 2), target(1, 9, 5), target(2, 0, 4),
                                 target(2, 5, 1)}));
}

TEST(upstream_targets, have_each_endpoint_once) {
  EXPECT_EQ(in_order({target(1, 5, 1), target(1, 7, 2), target(2, 9, 1)}).size(), 2u);
}

TEST(upstream_targets, of_a_host_prefer_the_family_that_came_first) {
  const std::vector addresses{ip::make_address("10.0.0.1"), ip::make_address("::1"),
                              ip::make_address("10.0.0.2")};
  const auto targets = targets_of(addresses, 81);
  ASSERT_EQ(targets.size(), 3u);
  EXPECT_EQ(targets[0].at, ip::tcp::endpoint(addresses[0], 81));
  EXPECT_EQ(targets[1].at.address(), addresses[2]);
  EXPECT_EQ(targets[1].priority, targets[0].priority);
  EXPECT_GT(targets[2].priority, targets[0].priority);
}

TEST(choose, takes_by_weight_within_the_lowest_priority) {
  const auto targets = in_order({target(1, 10, 1), target(1, 30, 2), target(2, 100, 3)});
  const auto counts = chosen(targets, every);
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_NEAR(counts.at(1) / 30'000.0, 0.75, 0.02);
}

TEST(choose, takes_evenly_where_there_are_no_weights) {
  const auto counts = chosen(in_order({target(0, 0, 1), target(0, 0, 2), target(0, 0, 3)}), every);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(counts.at(i) / 30'000.0, 1 / 3.0, 0.02);
}

TEST(choose, gives_the_weightless_a_small_share_beside_others) {
  const auto counts = chosen(in_order({target(0, 0, 1), target(0, 99, 2)}), every);
  EXPECT_GT(counts.at(0), 0);
  EXPECT_NEAR(counts.at(0) / 30'000.0, 0.01, 0.005);
}

TEST(choose, goes_on_to_the_next_priority_when_none_is_usable) {
  const auto targets = in_order({target(1, 10, 1), target(1, 30, 2), target(2, 0, 3)});
  const auto counts = chosen(targets, [](std::size_t i) { return i == 2; });
  EXPECT_EQ(counts.at(2), 30'000);
  EXPECT_TRUE(chosen(targets, [](std::size_t) { return false; }).empty());
  EXPECT_TRUE(chosen({}, every).empty());
}

TEST(choose, ends_with_the_last_one_at_the_edge_of_the_range) {
  const auto targets = in_order({target(0, 65535, 1), target(0, 65535, 2)});
  EXPECT_EQ(choose(targets, every, 0.0), 0u);
  EXPECT_EQ(choose(targets, every, 0x1.fffffffffffffp-1), 1u);
}

}  // namespace
