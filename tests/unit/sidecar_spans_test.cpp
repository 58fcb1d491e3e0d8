#include "sidecar/proxy/spans.hpp"

#include <gtest/gtest.h>

#include "sidecar/proxy/listener_settings.hpp"

namespace {

using namespace sidecar;
using namespace std::chrono_literals;

using boost::asio::ip::make_address;
using core::span_kind;

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

TEST_F(make_span_test, a_status_that_nobody_got_is_not_written_down) {
  record.status = 499;
  record.why = failure::client_closed;
  const auto gone = make_span(record, span_kind::server, wall);
  EXPECT_EQ(attribute(gone, "http.response.status_code"), "(none)");
  EXPECT_EQ(attribute(gone, "error.type"), "client_closed");
  record.status = 502;
  record.why = failure::connection_refused;
  EXPECT_EQ(attribute(make_span(record, span_kind::client, wall), "http.response.status_code"),
            "(none)");
  EXPECT_EQ(attribute(make_span(record, span_kind::server, wall), "http.response.status_code"),
            "502");
}

TEST_F(make_span_test, a_strangers_word_about_the_first_hop_is_not_believed) {
  record.client = {make_address("192.0.2.9"), 4711};
  head.fields.add({"X-Forwarded-For", "203.0.113.1"});
  head.fields.add({"X-Forwarded-Proto", "https"});
  head.fields.add({"Forwarded", "for=203.0.113.2;host=evil.example"});
  const auto s = make_span(record, span_kind::server, wall);
  EXPECT_EQ(attribute(s, "client.address"), "192.0.2.9");
  EXPECT_EQ(attribute(s, "network.peer.address"), "192.0.2.9");
  EXPECT_EQ(attribute(s, "network.peer.port"), "4711");
  EXPECT_EQ(attribute(s, "server.address"), "api.example");
  EXPECT_EQ(attribute(s, "url.scheme"), "http");
}

TEST_F(make_span_test, a_peers_word_is) {
  settings.trust = trust_level::peers;
  record.client = {make_address("10.0.0.1"), 4711};
  head.fields.add({"Forwarded", "for=203.0.113.2;host=\"public.example:8443\";proto=https"});
  const auto s = make_span(record, span_kind::server, wall);
  EXPECT_EQ(attribute(s, "client.address"), "203.0.113.2");
  EXPECT_EQ(attribute(s, "network.peer.address"), "10.0.0.1");
  EXPECT_EQ(attribute(s, "server.address"), "public.example");
  EXPECT_EQ(attribute(s, "server.port"), "8443");
  EXPECT_EQ(attribute(s, "url.scheme"), "https");
}

TEST_F(make_span_test, an_absolute_target_shows_its_path_and_no_credentials) {
  head.target = "http://user:secret@abs.example:81/v1/things/7?token=secret";
  record.path = head.path();
  record.query = head.query();
  const auto server = make_span(record, span_kind::server, wall);
  EXPECT_EQ(attribute(server, "url.path"), "/v1/things/7");
  EXPECT_EQ(attribute(server, "server.address"), "abs.example");
  settings.side = direction::outbound;
  EXPECT_EQ(attribute(make_span(record, span_kind::client, wall), "url.full"),
            "http://abs.example:81/v1/things/7");
}

TEST_F(make_span_test, only_named_parameters_show_their_values) {
  head.target = "/v1/things/7?page=2&token=secret&flag";
  record.query = head.query();
  const auto s = make_span(record, span_kind::server, wall, {"page"});
  EXPECT_EQ(attribute(s, "url.query"), "page=2&token=REDACTED&REDACTED");
}

TEST_F(make_span_test, a_tunnel_is_named_by_what_it_carries) {
  core::response_head response;
  response.fields.add({"Upgrade", "WebSocket"});
  record.status = 101;
  record.response = &response;
  const auto s = make_span(record, span_kind::server, wall);
  EXPECT_EQ(attribute(s, "network.protocol.name"), "websocket");
  EXPECT_EQ(attribute(s, "network.protocol.version"), "(none)");
  EXPECT_FALSE(s.error);
}

TEST_F(make_span_test, a_call_says_where_it_went_and_how_often) {
  settings.side = direction::outbound;
  record.upstream_peer = {make_address("10.1.2.3"), 8443};
  record.resends = 2;
  const auto s = make_span(record, span_kind::client, wall);
  EXPECT_EQ(attribute(s, "url.full"), "http://api.example:8080/v1/things/7");
  EXPECT_EQ(attribute(s, "url.template"), "/v1/things/{id}");
  EXPECT_EQ(attribute(s, "server.port"), "8080");
  EXPECT_EQ(attribute(s, "network.peer.address"), "10.1.2.3");
  EXPECT_EQ(attribute(s, "network.peer.port"), "8443");
  EXPECT_EQ(attribute(s, "http.request.resend_count"), "2");
  EXPECT_EQ(attribute(s, "http.route"), "(none)");
  EXPECT_EQ(attribute(s, "client.address"), "(none)");
}

// The stable conventions' requirement levels (docs/http/http-spans.md): what a usual span of each
// kind has, and what it has not.
struct convention {
  const char* name;
  span_kind kind;
  std::vector<const char*> has, has_not;
};
class conventions : public make_span_test, public ::testing::WithParamInterface<convention> {};

TEST_P(conventions, are_followed) {
  if (GetParam().kind == span_kind::client) settings.side = direction::outbound;
  record.client = {make_address("192.0.2.9"), 4711};
  record.upstream_peer = {make_address("10.1.2.3"), 80};
  head.fields.add({"User-Agent", "curl/8"});
  const auto s = make_span(record, GetParam().kind, wall);
  for (const char* key : GetParam().has) EXPECT_NE(attribute(s, key), "(none)") << key;
  for (const char* key : GetParam().has_not) EXPECT_EQ(attribute(s, key), "(none)") << key;
}

INSTANTIATE_TEST_SUITE_P(
    http, conventions,
    ::testing::Values(
        convention{
            "server",
            span_kind::server,
            {"http.request.method", "url.path", "url.scheme", "http.response.status_code",
             "http.route", "server.port", "client.address", "network.peer.address",
             "network.peer.port", "network.protocol.version", "server.address",
             "user_agent.original"},
            {"url.query", "url.full", "error.type", "http.request.method_original",
             "network.protocol.name", "http.request.resend_count", "user_agent.synthetic.type"}},
        convention{"client",
                   span_kind::client,
                   {"http.request.method", "url.full", "server.address", "server.port",
                    "http.response.status_code", "network.peer.address", "network.peer.port",
                    "network.protocol.version"},
                   {"http.route", "url.query", "error.type", "client.address",
                    "http.request.resend_count", "network.protocol.name"}}),
    [](const auto& row) { return row.param.name; });

TEST_F(make_span_test, synthetic_requests_say_so) {
  record.synthetic = true;
  EXPECT_EQ(
      attribute(make_span(record, core::span_kind::server, wall), "user_agent.synthetic.type"),
      "test");
}

}  // namespace
