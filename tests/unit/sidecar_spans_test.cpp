#include "sidecar/proxy/spans.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

class make_span_test : public ::testing::Test {
 protected:
  make_span_test() {
    settings.routes.push_back({"/v1/things/{id}", 1s, {}, {}});
    settings.routes.push_back({"other", 1s, {}, {}});
    head.method = "GET";
    head.target = "/v1/things/7?token=secret";
    head.fields.add({"Host", "api.example:8080"});
    record.listener = &settings;
    record.request = &head;
    record.path = head.path();
    record.query = head.query();
    record.status = 200;
    record.received = core::now();
    record.finished = record.received + 5ms;
  }
  std::string attribute(const core::span& s, std::string_view key) {
    for (const auto& a : s.attributes)
      if (a.key == key) {
        if (const auto* text = std::get_if<std::string>(&a.value)) return *text;
        return std::to_string(std::get<std::int64_t>(a.value));
      }
    return "(none)";
  }
  core::wall_clock wall;
  listener_settings settings;
  core::request_head head;
  exchange_record record;
};

TEST_F(make_span_test, is_named_by_method_and_route_never_by_path) {
  const auto s = make_span(record, core::span_kind::server, wall);
  EXPECT_EQ(s.name, "GET /v1/things/{id}");
  EXPECT_EQ(attribute(s, "http.route"), "/v1/things/{id}");
  EXPECT_EQ(attribute(s, "url.path"), "/v1/things/7");
  EXPECT_EQ(attribute(s, "server.address"), "api.example");
  EXPECT_EQ(attribute(s, "http.response.status_code"), "200");
  EXPECT_EQ(s.end - s.start, 5'000'000u);
  EXPECT_FALSE(s.error);
}

TEST_F(make_span_test, an_unmatched_request_is_named_by_its_method) {
  record.route = 1;
  EXPECT_EQ(make_span(record, core::span_kind::server, wall).name, "GET");
  record.method = other_method;
  head.method = "BREW";
  const auto s = make_span(record, core::span_kind::server, wall);
  EXPECT_EQ(s.name, "HTTP");
  EXPECT_EQ(attribute(s, "http.request.method"), "_OTHER");
  EXPECT_EQ(attribute(s, "http.request.method_original"), "BREW");
}

TEST_F(make_span_test, the_query_is_not_written_down) {
  for (const auto& a : make_span(record, core::span_kind::server, wall).attributes) {
    const auto* text = std::get_if<std::string>(&a.value);
    EXPECT_TRUE(!text || text->find("secret") == std::string::npos) << a.key;
  }
}

TEST_F(make_span_test, client_errors_are_errors_of_the_client_side_only) {
  record.status = 404;
  EXPECT_FALSE(make_span(record, core::span_kind::server, wall).error);
  const auto client = make_span(record, core::span_kind::client, wall);
  EXPECT_TRUE(client.error);
  EXPECT_EQ(attribute(client, "error.type"), "404");
}

TEST_F(make_span_test, our_own_failures_are_named) {
  record.status = 504;
  record.why = failure::upstream_timeout;
  const auto s = make_span(record, core::span_kind::server, wall);
  EXPECT_TRUE(s.error);
  EXPECT_EQ(attribute(s, "error.type"), "http_response_timeout");
}

TEST_F(make_span_test, synthetic_requests_say_so) {
  record.synthetic = true;
  EXPECT_EQ(
      attribute(make_span(record, core::span_kind::server, wall), "user_agent.synthetic.type"),
      "test");
}

}  // namespace
