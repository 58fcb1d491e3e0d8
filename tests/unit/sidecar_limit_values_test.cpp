// The limits' arithmetic, without a request: buckets, tables, hashes, decisions.
#include <gtest/gtest.h>

#include <numeric>

#include "sidecar/proxy/limits/client_key.hpp"
#include "sidecar/proxy/limits/delay_watch.hpp"
#include "sidecar/proxy/limits/keyed_hash.hpp"
#include "sidecar/proxy/limits/rate_table.hpp"
#include "sidecar/proxy/limits/refusals.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1000 * second;

TEST(token_bucket, a_burst_passes_at_once_and_then_one_an_interval) {
  const auto rate = token_rate::of(10, 3);
  token_bucket bucket;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(rate, start).taken) << i;
  const auto none = bucket.take(rate, start);
  EXPECT_FALSE(none.taken);
  EXPECT_EQ(none.wait, 100ms);
  EXPECT_FALSE(bucket.take(rate, start + second / 10 - 1).taken);
  EXPECT_TRUE(bucket.take(rate, start + second / 10).taken);
  EXPECT_FALSE(bucket.take(rate, start + second / 10).taken);
}

TEST(token_bucket, a_refusal_costs_nothing) {
  const auto rate = token_rate::of(1, 1);
  token_bucket bucket;
  EXPECT_TRUE(bucket.take(rate, start).taken);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(bucket.take(rate, start + 1).taken);
  EXPECT_TRUE(bucket.take(rate, start + second).taken);
}

TEST(token_bucket, a_pause_never_saves_more_than_the_burst) {
  const auto rate = token_rate::of(1000, 5);
  token_bucket bucket;
  EXPECT_TRUE(bucket.take(rate, start).taken);
  int taken = 0;
  while (bucket.take(rate, start + 3600 * second).taken) ++taken;
  EXPECT_EQ(taken, 5);
}

TEST(token_bucket, a_second_at_its_rate_gives_exactly_the_rate) {
  const auto rate = token_rate::of(50, 1);
  token_bucket bucket;
  int taken = 0;
  for (std::int64_t t = 0; t < second; t += second / 1000)
    taken += bucket.take(rate, start + t).taken ? 1 : 0;
  EXPECT_EQ(taken, 50);
}

TEST(rate_table, clients_have_buckets_of_their_own) {
  rate_table table(token_rate::of(1, 1), 64);
  for (std::uint64_t client = 1; client <= 8; ++client) {
    EXPECT_TRUE(table.take(client, start).got.taken);
    EXPECT_FALSE(table.take(client, start).got.taken);
  }
}

TEST(rate_table, clients_without_room_share_one_bucket) {
  rate_table table(token_rate::of(1, 1), 4);
  ASSERT_EQ(table.room(), 4u);
  for (std::uint64_t client = 1; client <= 4; ++client)
    EXPECT_FALSE(table.take(client, start).shared);
  const auto fifth = table.take(5, start);
  EXPECT_TRUE(fifth.shared);
  EXPECT_TRUE(fifth.got.taken);
  const auto sixth = table.take(6, start);
  EXPECT_TRUE(sixth.shared);
  EXPECT_FALSE(sixth.got.taken);
}

TEST(rate_table, a_client_that_was_idle_long_enough_makes_room) {
  rate_table table(token_rate::of(1, 1), 4);
  for (std::uint64_t client = 1; client <= 4; ++client)
    table.take(client, start + static_cast<std::int64_t>(client));
  const auto later = start + second + 1;  // the first one's bucket is full again, alone
  EXPECT_FALSE(table.take(9, later).shared);
  EXPECT_TRUE(table.take(10, later).shared);
  EXPECT_FALSE(table.take(2, later).got.taken) << "who was not idle keeps its bucket";
}

TEST(rate_table, the_hash_zero_is_a_client_too) {
  rate_table table(token_rate::of(1, 1), 4);
  EXPECT_TRUE(table.take(0, start).got.taken);
  EXPECT_FALSE(table.take(0, start).got.taken);
}

// The reference vectors of SipHash-2-4: key 00 01 … 0f, input 00 01 02 ….
struct sip_vector {
  const char* name;
  std::size_t length;
  std::uint64_t hash;
};
class siphash : public ::testing::TestWithParam<sip_vector> {};

TEST_P(siphash, is_what_its_authors_say) {
  std::string input(GetParam().length, '\0');
  std::iota(input.begin(), input.end(), '\0');
  const hash_key key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
  EXPECT_EQ(keyed_hash(key, input), GetParam().hash);
}

INSTANTIATE_TEST_SUITE_P(sidecar, siphash,
                         ::testing::Values(sip_vector{"nothing", 0, 0x726fdb47dd0e0e31ULL},
                                           sip_vector{"one_byte", 1, 0x74f839c593dc67fdULL},
                                           sip_vector{"fifteen_bytes", 15, 0xa129ca6149be45e5ULL}),
                         [](const auto& row) { return row.param.name; });

client_key key_of(const char* text) {
  return client_of(boost::asio::ip::make_address(text));
}

TEST(client_of, is_an_ipv4_address_or_the_64_of_an_ipv6_one) {
  EXPECT_EQ(key_of("192.0.2.1"), key_of("::ffff:192.0.2.1"));
  EXPECT_FALSE(key_of("192.0.2.1") == key_of("192.0.2.2"));
  EXPECT_EQ(key_of("2001:db8:1:2::1"), key_of("2001:db8:1:2:ffff::9"));
  EXPECT_FALSE(key_of("2001:db8:1:2::1") == key_of("2001:db8:1:3::1"));
  EXPECT_FALSE(key_of("0.0.0.0") == key_of("::1"));
}

TEST(retry_seconds, are_whole_and_never_zero) {
  EXPECT_EQ(retry_seconds(0ms), 1);
  EXPECT_EQ(retry_seconds(1ms), 1);
  EXPECT_EQ(retry_seconds(1s), 1);
  EXPECT_EQ(retry_seconds(1001ms), 2);
}

class shedding : public ::testing::Test {
 protected:
  /// Samples a delay every 50 ms for so long.
  void keep(core::duration delay, core::duration time) {
    for (const auto end = now + time; now < end; now += 50ms) decision.sample(delay, now);
  }
  int shed_of_hundred() {
    int out = 0;
    for (int i = 0; i < 100; ++i) out += decision.sheds_next() ? 1 : 0;
    return out;
  }
  core::instant now{100s};
  shed_decision decision{20ms, 200ms};
};

TEST_F(shedding, a_burst_sheds_nothing) {
  keep(500ms, 150ms);
  keep(1ms, 50ms);
  keep(500ms, 150ms);
  EXPECT_EQ(shed_of_hundred(), 0);
}

TEST_F(shedding, a_delay_at_the_target_is_fine) {
  keep(20ms, 10s);
  EXPECT_EQ(shed_of_hundred(), 0);
}

TEST_F(shedding, a_standing_queue_sheds_a_tenth_more_each_interval) {
  keep(21ms, 250ms);
  EXPECT_EQ(shed_of_hundred(), 10);
  keep(21ms, 200ms);
  EXPECT_EQ(shed_of_hundred(), 20);
  keep(21ms, 10s);
  EXPECT_EQ(shed_of_hundred(), 90) << "some must pass, or nothing would tell that it is over";
}

TEST_F(shedding, recovers_step_by_step) {
  keep(1s, 10s);
  keep(1ms, 250ms);
  EXPECT_EQ(shed_of_hundred(), 80);
  keep(1ms, 10s);
  EXPECT_EQ(shed_of_hundred(), 0);
}

TEST(delay_watch, the_shortest_wait_counts_and_only_once) {
  core::metrics_shard metrics;
  delay_watch watch(metrics, "in", 20ms, 100ms);
  core::instant now{100s};
  for (int i = 0; i < 3; ++i, now += 100ms) {
    watch.waited(500ms);
    watch.waited(1ms);
    watch.tick(0ms, now);
  }
  EXPECT_FALSE(watch.sheds_next());
  for (int i = 0; i < 12; ++i, now += 100ms) {
    watch.waited(500ms);
    watch.tick(0ms, now);
  }
  EXPECT_TRUE(watch.sheds_next() || watch.sheds_next());
  for (int i = 0; i < 12; ++i, now += 100ms) watch.tick(0ms, now);
  EXPECT_FALSE(watch.sheds_next());
}

}  // namespace
