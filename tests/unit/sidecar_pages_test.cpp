#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "core/document.hpp"
#include "sidecar/config/sidecar_config.hpp"
#include "sidecar/pages/routes_page.hpp"
#include "sidecar/pages/series_page.hpp"

namespace {

using namespace sidecar;

routes_report report() {
  routes_report out;
  out.listeners = {{"in", {"/v1/things", "/v1/things/{id}"}}, {"out", {}}};
  out.learned = {{"/a/b", {"GET", "POST"}, 3}, {"/a/{id}", {"GET"}, 1}, {"/odd", {"_OTHER"}, 1}};
  out.conflicts = {"GET /c/7: /c/{x} and /c/{y}"};
  out.refused = {{"id_like", 4}};
  out.requests = {{"/v1/things", 12}, {"/a/b", 1}, {"other", 2}};
  return out;
}

TEST(routes_page, what_was_learned_is_configuration_that_can_be_committed) {
  const auto text = as_yaml(report());
  core::problems found;
  std::string indented;
  for (const char c : text) indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
  const auto document = core::document::parse(
      "routes.yaml",
      "service: s\ninbound:\n- name: in\n  listen: 127.0.0.1:80\n  upstream: 127.0.0.1:81\n  " +
          indented + "\n",
      found);
  const core::environment none = [](const std::string&) { return std::nullopt; };
  const auto config = core::read_config<sidecar_config>(document, found, none);
  EXPECT_EQ(found.to_string(), "");
  ASSERT_EQ(config.inbound.size(), 1u);
  const auto& routes = config.inbound[0].routes;
  ASSERT_EQ(routes.size(), 2u) << text;
  EXPECT_EQ(routes[0].route, "/a/b");
  EXPECT_EQ(routes[0].methods, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_EQ(routes[1].route, "/a/{id}");
}

TEST(routes_page, comments_say_the_rest) {
  const auto text = as_yaml(report());
  for (const char* part :
       {"# configured for \"in\":\n", "#   /v1/things  (12 requests)\n", "(0 requests)",
        "# configured for \"out\": none\n", "# everything else: 2 requests\n",
        "#   GET /c/7: /c/{x} and /c/{y}\n", "#   id_like: 4 spans\n", "# 1 request, 3 spans\n",
        "# - {route: \"/odd\"}"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

TEST(routes_page, without_anything_learned_the_list_is_empty) {
  EXPECT_NE(as_yaml({}).find("routes: []\n"), std::string::npos);
}

TEST(routes_page, says_the_same_as_json) {
  const auto json = boost::json::parse(as_json(report()));
  EXPECT_EQ(json.at_pointer("/configured/0/listener").as_string(), "in");
  EXPECT_EQ(json.at_pointer("/configured/0/routes/0/requests").as_int64(), 12);
  EXPECT_EQ(json.at_pointer("/learned/0/route").as_string(), "/a/b");
  EXPECT_EQ(json.at_pointer("/learned/0/methods/1").as_string(), "POST");
  EXPECT_EQ(json.at_pointer("/learned/0/spans").as_int64(), 3);
  EXPECT_EQ(json.at_pointer("/conflicts/0").as_string(), "GET /c/7: /c/{x} and /c/{y}");
  EXPECT_EQ(json.at_pointer("/refused/id_like").as_int64(), 4);
  EXPECT_EQ(json.at_pointer("/other").as_int64(), 2);
}

TEST(requests_by_route, adds_up_methods_and_statuses) {
  const auto counts = requests_by_route(
      "# TYPE http_server_request_duration_seconds histogram\n"
      "http_server_request_duration_seconds_bucket{http_route=\"/a\",le=\"+Inf\"} 9\n"
      "http_server_request_duration_seconds_count{m=\"GET\",http_route=\"/a\"} 2\n"
      "http_server_request_duration_seconds_count{m=\"POST\",http_route=\"/a\"} 3\n"
      "http_server_request_duration_seconds_count{otel_metric_overflow=\"true\"} 7\n"
      "http_client_request_duration_seconds_count{http_route=\"/a\"} 5\n");
  EXPECT_EQ(counts, (std::map<std::string, std::uint64_t>{{"/a", 5}}));
}

TEST(series_page, names_the_limit_the_families_and_their_greatest_values) {
  core::series_budget budget(2);
  core::metrics_shard shard;
  const core::metric_family calls{"calls_total", "c", core::metric_type::counter};
  budget.admit(calls, "id=\"0\"");
  budget.admit(calls, "id=\"1\"");
  EXPECT_FALSE(budget.admit(calls, "id=\"2\""));
  const auto census = core::take_census(
      "# TYPE calls_total counter\ncalls_total{id=\"0\"} 1\ncalls_total{id=\"1\"} 1\n"
      "# TYPE app_total counter\napp_total 1\n",
      10);
  const auto json = boost::json::parse(as_json(census, budget));
  EXPECT_EQ(json.at_pointer("/limit").as_int64(), 2);
  EXPECT_EQ(json.at_pointer("/series").as_int64(), 3);
  EXPECT_EQ(json.at_pointer("/families/0/family").as_string(), "calls_total");
  EXPECT_EQ(json.at_pointer("/families/0/refused").as_int64(), 1);
  EXPECT_TRUE(json.at_pointer("/families/0/limited").as_bool());
  EXPECT_EQ(json.at_pointer("/families/0/labels/0/label").as_string(), "id");
  EXPECT_EQ(json.at_pointer("/families/0/labels/0/values").as_int64(), 2);
  EXPECT_EQ(json.at_pointer("/families/0/labels/0/greatest/0/value").as_string(), "0");
  EXPECT_EQ(json.at_pointer("/families/1/family").as_string(), "app_total");
}

}  // namespace
