#include "api/http/router.hpp"

#include <gtest/gtest.h>

#include "tests/unit/api_fakes.hpp"

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

TEST(router, answers_an_unknown_path_with_404_and_a_wrong_method_with_405) {
  tests::loop loop;
  const auto routes = example();
  const auto unknown = api_tests::ask(loop, routes, {"GET", "/nothing", "", "", {}});
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.content_type, "application/problem+json");
  for (const char* method : {"DELETE", "OPTIONS", "PATCH", "get"}) {
    const auto wrong = api_tests::ask(loop, routes, {method, "/v1/messages", "", "", {}});
    EXPECT_EQ(wrong.status, 405) << method;
    EXPECT_EQ(api_tests::header(wrong, "Allow"), "POST");
  }
}

TEST(router, hands_the_decoded_parameters_and_the_call_to_the_handler) {
  tests::loop loop;
  api::router routes;
  std::string isin, none, tracestate;
  const auto note = [&](api::api_request r) -> core::task<core::server_response> {
    isin = r.path_parameter("isin");
    none = r.path_parameter("name");
    tracestate = r.call.tracestate;
    co_return core::server_response{204, "", {}, ""};
  };
  routes.add("GET", "/v1/securities/{isin}", note);
  api::call_context call;
  call.tracestate = "a=1";
  EXPECT_EQ(api_tests::ask(loop, routes, {"GET", "/v1/securities/a%20b", "", "", {}}, call).status,
            204);
  EXPECT_EQ(isin, "a b");
  EXPECT_EQ(none, "");
  EXPECT_EQ(tracestate, "a=1");
}

TEST(router, a_colon_is_a_letter_of_a_path_like_any_other) {
  api::router routes;
  routes.add("GET", "/v1/scores/{isin}", nothing);
  routes.add("POST", "/v1/scores:batchGet", nothing);
  EXPECT_TRUE(routes.match("POST", "/v1/scores:batchGet").found);
  EXPECT_FALSE(routes.match("POST", "/v1/scores/:batchGet").found);
  EXPECT_EQ(routes.match("GET", "/v1/scores:batchGet").allow, "POST");
}

TEST(router, lists_every_method_of_a_path) {
  api::router routes;
  routes.add("GET", "/a/{b}", nothing);
  routes.add("PUT", "/a/{b}", nothing);
  EXPECT_EQ(routes.match("DELETE", "/a/b").allow, "GET, HEAD, PUT");
  EXPECT_EQ(routes.match("PUT", "/a/b").allow, "");
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
