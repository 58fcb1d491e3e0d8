#include "api/http/router.hpp"

#include <gtest/gtest.h>

namespace {

core::task<core::server_response> nothing(api::api_request) {
  co_return core::server_response{};
}

api::router example() {
  api::router routes;
  routes.add("GET", "/v1/securities", nothing);
  routes.add("GET", "/v1/securities/{isin}", nothing);
  routes.add("POST", "/v1/messages", nothing);
  routes.add("GET", "/v1/messages/{transaction_id}", nothing);
  return routes;
}

TEST(router, finds_a_route_by_method_and_template) {
  const auto routes = example();
  const auto match = routes.match("GET", "/v1/securities/US0378331005");
  ASSERT_TRUE(match.found);
  EXPECT_EQ(match.path_template, "/v1/securities/{isin}");
  ASSERT_EQ(match.path_parameters.size(), 1u);
  EXPECT_EQ(match.path_parameters[0].first, "isin");
  EXPECT_EQ(match.path_parameters[0].second, "US0378331005");
}

TEST(router, decodes_parameters_after_splitting_segments) {
  const auto routes = example();
  const auto match = routes.match("GET", "/v1/securities/a%2Fb");
  ASSERT_TRUE(match.found);
  EXPECT_EQ(match.path_parameters[0].second, "a/b");
}

TEST(router, answers_head_by_get) {
  EXPECT_TRUE(example().match("HEAD", "/v1/securities").found);
}

TEST(router, a_wrong_method_names_the_right_ones_and_keeps_the_template) {
  const auto routes = example();
  const auto match = routes.match("DELETE", "/v1/messages");
  EXPECT_FALSE(match.found);
  EXPECT_EQ(match.allow, "POST");
  EXPECT_EQ(match.path_template, "/v1/messages");
  EXPECT_EQ(routes.match("POST", "/v1/securities").allow, "GET, HEAD");
}

class unknown_path : public ::testing::TestWithParam<const char*> {};

TEST_P(unknown_path, matches_nothing) {
  const auto routes = example();
  const auto match = routes.match("GET", GetParam());
  EXPECT_FALSE(match.found);
  EXPECT_TRUE(match.path_template.empty());
}

INSTANTIATE_TEST_SUITE_P(of, unknown_path,
                         ::testing::Values("/", "", "/v1", "/v1/securities/", "/v1/securities/a/b",
                                           "/v1/securities/%zz", "//v1/securities",
                                           "v1/securities"),
                         [](const auto& info) {
                           std::string name = "path";
                           for (const char c : std::string(info.param))
                             name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name + std::to_string(std::string(info.param).size());
                         });

}  // namespace
