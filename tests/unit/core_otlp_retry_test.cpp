#include "core/otlp_retry.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using core::attempt;
using core::drop_reason;
using core::otlp_retry;

const core::instant start{};

class otlp_retry_test : public testing::Test {
 protected:
  otlp_retry::action next(const attempt& a, core::duration at = 0s) {
    return retry.next(a, start + at, random);
  }
  core::duration wait(const attempt& a, core::duration at = 0s) {
    const auto action = next(a, at);
    const auto* again = std::get_if<otlp_retry::again>(&action);
    return again ? again->after : core::duration(-1);
  }
  std::optional<drop_reason> dropped(const attempt& a, core::duration at = 0s) {
    const auto action = next(a, at);
    const auto* drop = std::get_if<otlp_retry::drop>(&action);
    return drop ? std::optional(drop->reason) : std::nullopt;
  }

  core::random_source random{1};
  otlp_retry retry{{}, start};
};

TEST_F(otlp_retry_test, success_is_done) {
  const auto action = next({.status = 200});
  ASSERT_TRUE(std::holds_alternative<otlp_retry::done>(action));
  EXPECT_EQ(std::get<otlp_retry::done>(action).rejected, 0u);
}

TEST_F(otlp_retry_test, partial_success_is_done_and_never_retried) {
  const auto action = next({.status = 200, .rejected = 7});
  ASSERT_TRUE(std::holds_alternative<otlp_retry::done>(action));
  EXPECT_EQ(std::get<otlp_retry::done>(action).rejected, 7u);
}

TEST_F(otlp_retry_test, four_statuses_and_lost_connections_are_retried) {
  for (int status = 0; status < 600; ++status) {
    otlp_retry fresh({}, start);
    const bool again =
        std::holds_alternative<otlp_retry::again>(fresh.next({.status = status}, start, random));
    const bool expected =
        status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
    EXPECT_EQ(again, expected) << status;
  }
}

TEST_F(otlp_retry_test, everything_else_is_rejected_at_once) {
  for (const int status : {301, 400, 401, 404, 413, 415, 500, 501, 505})
    EXPECT_EQ(dropped({.status = status}), drop_reason::rejected) << status;
}

TEST_F(otlp_retry_test, waits_double_up_to_the_most_and_half_of_each_is_random) {
  core::duration most = 500ms;
  for (int i = 0; i < 12; ++i) {
    const auto after = wait({.status = 503});
    EXPECT_GE(after, most / 2) << i;
    EXPECT_LE(after, most) << i;
    most = std::min<core::duration>(most * 2, 30s);
  }
  EXPECT_NE(wait({.status = 503}), wait({.status = 503}));
}

TEST_F(otlp_retry_test, a_later_retry_after_is_honoured) {
  EXPECT_EQ(wait({.status = 429, .retry_after = 17s}), 17s);
  EXPECT_EQ(wait({.status = 503, .retry_after = 100s}), 100s);
}

TEST_F(otlp_retry_test, a_retry_after_of_zero_is_no_busy_loop) {
  EXPECT_GE(wait({.status = 503, .retry_after = 0s}), 250ms);
}

TEST_F(otlp_retry_test, gives_up_when_the_next_attempt_would_be_too_late) {
  EXPECT_EQ(dropped({.status = 503}, 300s), drop_reason::retry_exhausted);
  EXPECT_EQ(dropped({.status = 0}, 300s), drop_reason::unreachable);
  EXPECT_EQ(dropped({.status = 503, .retry_after = 3600s}), drop_reason::retry_exhausted);
}

TEST_F(otlp_retry_test, a_receiver_that_is_away_for_four_minutes_loses_nothing) {
  core::duration at = 0s;
  while (at < 4min) {
    const auto after = wait({.status = 0}, at);
    ASSERT_GT(after, 0s);
    at += after;
  }
  EXPECT_TRUE(std::holds_alternative<otlp_retry::done>(next({.status = 200}, at)));
}

}  // namespace
