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

TEST(scores_role_config, knows_no_redis) {
  core::problems found;
  read<api::scores_role_config>("postgres: {url: x}\nredis: {address: \"a:1\"}\n", found);
  EXPECT_EQ(found.list().size(), 1u) << found.to_string();
}

TEST(worker_config, has_a_way_of_delivery) {
  core::problems found;
  const auto config = read<api::worker_config>(
      "postgres: {url: x}\nredis: {address: \"a:1\"}\ndelivery: {consumer: w1, most: 3}\n", found);
  EXPECT_TRUE(found.empty()) << found.to_string();
  EXPECT_EQ(config.delivery.consumer, "w1");
  EXPECT_EQ(config.delivery.most, 3);
}

TEST(migrate_config, needs_a_password_for_every_role) {
  core::problems found;
  read<api::migrate_config>("postgres: {url: x}\nroles: {remora_reader: a}\n", found);
  EXPECT_EQ(found.list().size(), 2u) << found.to_string();
}

}  // namespace
