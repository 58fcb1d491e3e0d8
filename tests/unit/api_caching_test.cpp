#include "api/http/caching.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_fakes.hpp"

namespace {

using namespace api_tests;
using api::answered_by;
using std::chrono::milliseconds;
using std::chrono::seconds;

api::cacheable something() {
  api::cacheable what;
  what.body = "{}";
  what.etag = "\"tag\"";
  what.age = milliseconds(2900);
  what.fresh = milliseconds(5000);
  what.way = answered_by::shared;
  return what;
}

TEST(cached_answer, tells_age_and_limits_in_whole_seconds) {
  const auto r = api::cached_answer(something(), "");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.body, "{}");
  EXPECT_EQ(header(r, "ETag"), "\"tag\"");
  EXPECT_EQ(header(r, "Age"), "2");
  EXPECT_EQ(header(r, "Cache-Control"), "public, max-age=5");
  EXPECT_EQ(header(r, "Cache-Status"), "remora-api; hit; ttl=2");
  EXPECT_EQ(header(r, "Warning"), "");
}

TEST(cached_answer, is_without_a_body_for_whoever_has_it) {
  const auto r = api::cached_answer(something(), "\"tag\"");
  EXPECT_EQ(r.status, 304);
  EXPECT_EQ(r.body, "");
  EXPECT_EQ(header(r, "ETag"), "\"tag\"");
  EXPECT_EQ(header(r, "Cache-Status"), "remora-api; hit; ttl=2");
}

TEST(cached_answer, a_limit_below_a_second_is_still_one) {
  auto what = something();
  what.fresh = milliseconds(100);
  what.age = milliseconds(20);
  EXPECT_EQ(header(api::cached_answer(what, ""), "Cache-Control"), "public, max-age=1");
  EXPECT_EQ(header(api::cached_answer(what, ""), "Cache-Status"), "remora-api; hit; ttl=0");
}

TEST(cached_answer, says_which_way_it_came) {
  const auto status = [](answered_by way, bool was_known) {
    auto what = something();
    what.way = way;
    what.was_known = was_known;
    return header(api::cached_answer(what, ""), "Cache-Status");
  };
  EXPECT_EQ(status(answered_by::local, true), "remora-api; hit; ttl=2");
  EXPECT_EQ(status(answered_by::shared, true), "remora-api; hit; ttl=2");
  EXPECT_EQ(status(answered_by::sources, false), "remora-api; fwd=uri-miss; stored");
  EXPECT_EQ(status(answered_by::sources, true), "remora-api; fwd=stale; stored");
  EXPECT_EQ(status(answered_by::coalesced, false), "remora-api; fwd=uri-miss; collapsed");
  EXPECT_EQ(status(answered_by::coalesced, true), "remora-api; fwd=stale; collapsed");
}

TEST(cached_answer, a_stale_one_is_beyond_its_time_whichever_way_it_came) {
  for (const auto way : {answered_by::local, answered_by::shared, answered_by::coalesced}) {
    auto what = something();
    what.way = way;
    what.stale = true;
    what.age = seconds(65);
    const auto r = api::cached_answer(what, "");
    EXPECT_EQ(header(r, "Age"), "65");
    EXPECT_EQ(header(r, "Cache-Status"), "remora-api; hit; ttl=-60");
    EXPECT_EQ(header(r, "Warning"), "110 - \"Response is Stale\"");
  }
  auto barely = something();
  barely.stale = true;
  barely.age = milliseconds(5100);
  EXPECT_EQ(header(api::cached_answer(barely, ""), "Cache-Status"), "remora-api; hit; ttl=-1");
}

TEST(cached_answer, one_that_is_a_little_late_has_no_time_left_and_is_not_stale) {
  auto what = something();
  what.age = milliseconds(5900);
  EXPECT_EQ(header(api::cached_answer(what, ""), "Cache-Status"), "remora-api; hit; ttl=0");
}

}  // namespace
