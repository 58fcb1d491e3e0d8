#include "sidecar/proxy/route.hpp"

#include <gtest/gtest.h>

namespace {

using sidecar::check_template;
using sidecar::method_index;
using sidecar::route_table;

constexpr auto get = [] { return method_index("GET"); };

TEST(route_table, matches_literal_and_parameter_segments) {
  route_table table;
  table.add("/v1/securities", 0);
  table.add("/v1/securities/{isin}", 0);
  table.add("/v1/securities/{isin}/score", 0);
  EXPECT_EQ(table.match(get(), "/v1/securities"), 0);
  EXPECT_EQ(table.match(get(), "/v1/securities/US0378331005"), 1);
  EXPECT_EQ(table.match(get(), "/v1/securities/US0378331005/score"), 2);
}

TEST(route_table, does_not_match_what_is_longer_shorter_or_other) {
  route_table table;
  table.add("/v1/securities/{isin}", 0);
  for (const char* path : {"/", "/v1", "/v1/securities", "/v1/securities/a/b", "/v2/securities/a",
                           "", "v1/securities/a"})
    EXPECT_EQ(table.match(get(), path), -1) << path;
}

TEST(route_table, the_first_that_fits_wins) {
  route_table table;
  table.add("/a/{x}", 0);
  table.add("/a/b", 0);
  EXPECT_EQ(table.match(get(), "/a/b"), 0);
}

TEST(route_table, the_first_of_many_that_fit_wins_at_any_depth) {
  route_table table;
  table.add("/a/{x}/c", 0);
  table.add("/{y...}", 0);
  table.add("/a/b/{z}", 0);
  table.add("/a/b/c", 0);
  table.add("/a/{other}/c", 0);
  EXPECT_EQ(table.match(get(), "/a/b/c"), 0);
  EXPECT_EQ(table.match(get(), "/a/b/d"), 1);
  EXPECT_EQ(table.match(get(), "/a"), 1);
}

TEST(route_table, a_route_of_another_method_hides_none_behind_it) {
  route_table table;
  table.add("/a/b", static_cast<std::uint16_t>(1u << method_index("POST")));
  table.add("/a/{x}", 0);
  table.add("/a/b", 0);
  EXPECT_EQ(table.match(get(), "/a/b"), 1);
  EXPECT_EQ(table.match(method_index("POST"), "/a/b"), 0);
}

TEST(route_table, tells_long_literals_of_one_beginning_apart) {
  route_table table;
  table.add("/securities-a", 0);
  table.add("/securities-b", 0);
  table.add("/securit", 0);
  EXPECT_EQ(table.match(get(), "/securities-b"), 1);
  EXPECT_EQ(table.match(get(), "/securit"), 2);
  EXPECT_EQ(table.match(get(), "/securities-c"), -1);
}

TEST(route_table, methods_restrict_a_route) {
  route_table table;
  table.add("/m", static_cast<std::uint16_t>(1u << method_index("POST")));
  table.add("/m", static_cast<std::uint16_t>(1u << method_index("GET")));
  EXPECT_EQ(table.match(method_index("POST"), "/m"), 0);
  EXPECT_EQ(table.match(method_index("GET"), "/m"), 1);
  EXPECT_EQ(table.match(method_index("DELETE"), "/m"), -1);
}

TEST(route_table, a_rest_parameter_takes_everything_below) {
  route_table table;
  table.add("/static/{path...}", 0);
  EXPECT_EQ(table.match(get(), "/static/a"), 0);
  EXPECT_EQ(table.match(get(), "/static/a/b/c"), 0);
  EXPECT_EQ(table.match(get(), "/static"), -1);
}

TEST(route_table, the_root_is_a_route) {
  route_table table;
  table.add("/", 0);
  EXPECT_EQ(table.match(get(), "/"), 0);
  EXPECT_EQ(table.match(get(), "/a"), -1);
}

TEST(method_index, unknown_methods_share_one_label) {
  EXPECT_EQ(sidecar::method_label(method_index("GET")), "GET");
  EXPECT_EQ(sidecar::method_label(method_index("get")), "_OTHER");
  EXPECT_EQ(sidecar::method_label(method_index("BREW")), "_OTHER");
}

TEST(check_template, accepts_what_can_be_matched) {
  for (const char* good : {"/", "/a", "/a/{b}", "/a/{b}/c", "/a/{rest...}", "/v1/scores:batchGet"})
    EXPECT_EQ(check_template(good), "") << good;
}

TEST(check_template, names_what_is_wrong) {
  for (const char* bad :
       {"", "a", "/a?b", "/a#b", "/a//b", "/a/x{b}", "/a/{b", "/a/{}", "/{x...}/b"})
    EXPECT_NE(check_template(bad), "") << bad;
}

}  // namespace
