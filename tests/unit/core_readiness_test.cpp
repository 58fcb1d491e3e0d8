#include "core/readiness.hpp"

#include <gtest/gtest.h>

namespace {

using core::readiness;

TEST(readiness, without_conditions_is_ready) {
  EXPECT_TRUE(readiness().ready());
}

TEST(readiness, needs_every_condition) {
  readiness r;
  auto& postgres = r.add("postgres");
  auto& redis = r.add("redis");
  EXPECT_FALSE(r.ready());
  postgres.report(true);
  EXPECT_FALSE(r.ready());
  redis.report(true);
  EXPECT_TRUE(r.ready());
}

TEST(readiness, is_lost_only_after_failures_in_a_row) {
  readiness r;
  auto& c = r.add("upstream", 3);
  c.report(true);
  c.report(false);
  c.report(false);
  c.report(true);
  c.report(false);
  c.report(false);
  EXPECT_TRUE(r.ready());
  c.report(false);
  EXPECT_FALSE(r.ready());
  c.report(true);
  EXPECT_TRUE(r.ready());
}

TEST(readiness, failures_before_the_first_success_change_nothing) {
  readiness r;
  auto& c = r.add("upstream", 2);
  c.report(false);
  EXPECT_FALSE(c.met());
  c.report(true);
  EXPECT_TRUE(c.met());
}

TEST(readiness, draining_overrules_the_conditions) {
  readiness r;
  r.add("x").report(true);
  r.start_draining();
  EXPECT_FALSE(r.ready());
  EXPECT_TRUE(r.draining());
}

TEST(readiness, conditions_stay_where_they_are_as_more_are_added) {
  readiness r;
  auto& first = r.add("0");
  for (int i = 1; i < 1000; ++i) r.add(std::to_string(i));
  first.report(true);
  EXPECT_TRUE(first.met());
  EXPECT_EQ(first.name(), "0");
}

TEST(readiness, as_json) {
  readiness r;
  EXPECT_EQ(r.to_json(), R"({"ready":true,"conditions":{}})");
  r.add("a \"b\"").report(true);
  r.add("c");
  EXPECT_EQ(r.to_json(), R"({"ready":false,"conditions":{"a \"b\"":true,"c":false}})");
}

}  // namespace
