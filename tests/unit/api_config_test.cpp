#include "api/config.hpp"

#include <gtest/gtest.h>

namespace {

const core::environment no_environment = [](const std::string&) { return std::nullopt; };

template <class T>
T read(const std::string& yaml, core::problems& found) {
  const auto document = core::document::parse("test.yaml", yaml, found);
  return core::read_config<T>(document, found, no_environment);
}

const std::string securities = R"(
postgres: {url: "postgresql://remora_reader@127.0.0.1/remora"}
redis: {address: "127.0.0.1:6379"}
scores: {url: "http://127.0.0.1:8082"}
tokens: {file: tokens}
)";

TEST(securities_config, takes_the_least_and_fills_in_the_rest) {
  core::problems found;
  const auto config = read<api::securities_config>(securities, found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.listen.port, 8081);
  EXPECT_EQ(config.postgres.pool, 4);
  EXPECT_EQ(config.scores.url.authority.port, 8082);
  EXPECT_EQ(config.service, "remora-securities");
}

TEST(securities_config, reports_every_problem_at_once) {
  core::problems found;
  read<api::securities_config>("postgres: {url: x, pool: 0}\nredis: {}\nport: 1\n", found);
  EXPECT_GE(found.list().size(), 5u) << found.to_string();  // pool, address, port, scores, tokens
}

TEST(securities_config, caches_as_documented_when_it_says_nothing) {
  core::problems found;
  const auto config = read<api::securities_config>(securities, found);
  using namespace std::chrono_literals;
  EXPECT_EQ(config.request_timeout, 4s);
  EXPECT_EQ(config.cache.fresh, 5s);
  EXPECT_EQ(config.cache.keep, 10min);
  EXPECT_EQ(config.cache.timeout, 250ms);
  EXPECT_EQ(config.cache.local, 1s);
  EXPECT_EQ(config.cache.local_entries, 10'000);
  EXPECT_EQ(config.postgres.waiting, 64);
  EXPECT_FALSE(config.queue.redis || config.queue.sqs);
  EXPECT_FALSE(config.redis.tls);
}

TEST(securities_config, takes_every_setting_of_cache_queue_and_redis) {
  core::problems found;
  const auto config = read<api::securities_config>(R"(
postgres: {url: x, pool: 8, waiting: 0}
redis: {address: "r:6379", user: api, password: secret, tls: {ca: ca.pem, server_name: redis}}
queue: {limit: 5, redis: {address: "q:6379", tls: {certificate: c.pem, key: k.pem}}}
scores: {url: "http://127.0.0.1:8082"}
cache: {fresh: 1s, keep: 1s, timeout: 1ms, patience: 2ms, local: 0s, local_entries: 1}
tokens: {file: tokens}
)",
                                                   found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.postgres.waiting, 0);
  EXPECT_EQ(config.redis.user, "api");
  ASSERT_TRUE(config.redis.tls);
  EXPECT_EQ(config.redis.tls->server_name, "redis");
  EXPECT_EQ(config.queue.limit, 5);
  ASSERT_TRUE(config.queue.redis && config.queue.redis->tls);
  EXPECT_EQ(config.queue.redis->address.host, "q");
  EXPECT_EQ(config.cache.local, core::duration::zero());
}

struct bad_setting {
  const char* name;
  const char* yaml;
};
class securities_setting : public ::testing::TestWithParam<bad_setting> {};

TEST_P(securities_setting, is_one_problem) {
  core::problems found;
  read<api::securities_config>(securities + GetParam().yaml, found);
  EXPECT_EQ(found.list().size(), 1u) << found.to_string();
}

INSTANTIATE_TEST_SUITE_P(
    of, securities_setting,
    ::testing::Values(bad_setting{"keep_shorter_than_fresh", "cache: {fresh: 1m, keep: 30s}"},
                      bad_setting{"no_time_for_redis", "cache: {timeout: 0s}"},
                      bad_setting{"no_room_here", "cache: {local_entries: 0}"},
                      bad_setting{"too_long_here", "cache: {local: 1h}"},
                      bad_setting{"queue_of_nothing", "queue: {limit: 0}"},
                      bad_setting{"unknown_cache_setting", "cache: {ttl: 5s}"},
                      bad_setting{"little_request_time", "request_timeout: 1ms"}),
    [](const auto& info) { return info.param.name; });

TEST(scores_role_config, knows_no_redis) {
  core::problems found;
  read<api::scores_role_config>("postgres: {url: x}\nredis: {address: \"a:1\"}\n", found);
  EXPECT_EQ(found.list().size(), 1u) << found.to_string();
}

TEST(worker_config, has_a_way_of_delivery) {
  core::problems found;
  const auto config = read<api::worker_config>(
      "postgres: {url: x}\nredis: {address: \"a:1\"}\n"
      "delivery: {consumer: w1, most: 3, batches: 8, claim_after: 10s}\n",
      found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.delivery.consumer, "w1");
  EXPECT_EQ(config.delivery.most, 3);
  EXPECT_EQ(config.delivery.batches, 8);
  EXPECT_EQ(config.delivery.claim_after, std::chrono::seconds(10));
  EXPECT_EQ(api::delivery_config().batches, 2);
}

TEST(migrate_config, needs_a_password_for_every_role) {
  core::problems found;
  read<api::migrate_config>("postgres: {url: x}\nroles: {remora_reader: a}\n", found);
  EXPECT_EQ(found.list().size(), 2u) << found.to_string();
}

}  // namespace
