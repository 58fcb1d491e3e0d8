#include "core/ticket_keys.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;

const core::instant start = core::instant{} + 100h;

TEST(ticket_keys, a_key_serves_for_its_period) {
  core::ticket_keys keys(1h);
  const auto first = keys.sealing(start);
  EXPECT_EQ(keys.sealing(start + 59min).name, first.name);
  const auto opened = keys.opening(first.name, start + 59min);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->with.cipher, first.cipher);
  EXPECT_EQ(opened->with.mac, first.mac);
  EXPECT_FALSE(opened->renew);
}

TEST(ticket_keys, the_key_before_opens_and_asks_for_a_new_ticket) {
  core::ticket_keys keys(1h);
  const auto first = keys.sealing(start);
  const auto second = keys.sealing(start + 61min);
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher, first.cipher);
  const auto opened = keys.opening(first.name, start + 62min);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->renew);
  EXPECT_EQ(opened->with.cipher, first.cipher);
}

TEST(ticket_keys, a_key_is_gone_after_two_periods_even_when_nobody_asked_meanwhile) {
  core::ticket_keys keys(1h);
  const auto first = keys.sealing(start);
  EXPECT_FALSE(keys.opening(first.name, start + 2h));
  core::ticket_keys busy(1h);
  const auto old = busy.sealing(start);
  busy.sealing(start + 61min);
  busy.sealing(start + 122min);
  EXPECT_FALSE(busy.opening(old.name, start + 122min));
}

TEST(ticket_keys, a_foreign_name_opens_nothing) {
  core::ticket_keys keys, others;
  keys.sealing(start);
  EXPECT_FALSE(keys.opening(others.sealing(start).name, start));
}

}  // namespace
