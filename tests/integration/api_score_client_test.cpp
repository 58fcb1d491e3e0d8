#include "api/scores/score_client.hpp"

#include <gtest/gtest.h>

#include "api/http/routes.hpp"
#include "tests/integration/api_calls.hpp"
#include "tests/support/refusing_port.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/unit/api_fakes.hpp"

namespace {

using tests::in_time;
using tests::run;
using texts = std::vector<std::string>;

const std::string apple = "US0378331005";
const std::string sap = "DE0007164600";
const std::string nobodys = "FR0000120271";

api::scores_config reachable_at(core::address at) {
  api::scores_config config;
  config.url.authority = std::move(at);
  config.timeout = std::chrono::seconds(20);
  return config;
}

/// The client against our own scores API.
class score_client : public ::testing::Test {
 protected:
  score_client() {
    scores.rows = {{apple, {apple, "71.20", "2026-01-01T00:00:00Z", true}}};
    scores.securities = {apple, sap};
    api::add_internal_routes(routes, scores);
    client.emplace(loop.worker(),
                   reachable_at({"127.0.0.1", server.listen({"127.0.0.1", 0}).value()}));
  }
  core::task<core::server_response> answer(const core::server_request& request) {
    traceparent = request.header("traceparent").value_or("");
    tracestate = request.header("tracestate").value_or("");
    return api::router::answer(routes.match(request.method, request.path), request, {});
  }

  tests::loop loop;
  api_tests::fake_scores scores;
  api::router routes;
  std::string traceparent, tracestate;
  core::http_server server{loop.worker(),
                           [this](const core::server_request& r) { return answer(r); }};
  std::optional<api::score_client> client;
};

TEST_F(score_client, finds_a_score_to_the_digit_or_that_there_is_none) {
  const auto found = run(loop, client->find(in_time(), apple));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value, "71.20");
  EXPECT_EQ((*found)->as_of, "2026-01-01T00:00:00Z");
  EXPECT_TRUE((*found)->illustrative);
  const auto none = run(loop, client->find(in_time(), sap));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(score_client, finds_many_at_once) {
  scores.rows[sap] = {sap, "5", "2026-01-02T00:00:00Z", false};
  const auto found = run(loop, client->find_all(in_time(), {apple, nobodys, sap}));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].isin, sap);
  EXPECT_EQ((*found)[1].isin, apple);
}

TEST_F(score_client, puts_a_score_and_gets_it_as_it_is_stored) {
  const auto stored = run(loop, client->put(in_time(), {sap, "12.50"}));
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->value, "12.50");
  EXPECT_FALSE((*stored)->illustrative);
  EXPECT_EQ(scores.rows[sap].value, "12.50");
  const auto unknown = run(loop, client->put(in_time(), {nobodys, "1"}));
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(*unknown);
}

TEST_F(score_client, puts_many_or_learns_which_of_them_are_of_no_security) {
  const auto stored = run(loop, client->put_all(in_time(), {{sap, "1.50"}, {apple, "2"}}));
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->empty());
  EXPECT_EQ(scores.rows[sap].value, "1.50");
  const auto refused =
      run(loop, client->put_all(in_time(), {{nobodys, "9"}, {sap, "9"}, {"GB0002634946", "9"}}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(*refused, (texts{nobodys, "GB0002634946"}));
  EXPECT_EQ(scores.rows[sap].value, "1.50");
}

TEST_F(score_client, an_api_that_cannot_ask_its_table_is_an_error) {
  scores.away = true;
  EXPECT_FALSE(run(loop, client->find(in_time(), apple)));
  EXPECT_FALSE(run(loop, client->find_all(in_time(), {apple})));
  EXPECT_FALSE(run(loop, client->put(in_time(), {apple, "1"})));
  EXPECT_FALSE(run(loop, client->put_all(in_time(), {{apple, "1"}})));
}

TEST_F(score_client, what_the_api_does_not_take_is_an_error_and_no_unknown_security) {
  EXPECT_FALSE(run(loop, client->put(in_time(), {apple, "101"})));
  EXPECT_FALSE(run(loop, client->put_all(in_time(), {{apple, "101"}})));
}

TEST_F(score_client, the_trace_goes_with_every_call) {
  auto call = in_time();
  call.parent = *core::parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  call.tracestate = "a=1";
  ASSERT_TRUE(run(loop, client->find(call, apple)));
  EXPECT_EQ(traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(tracestate, "a=1");
  ASSERT_TRUE(run(loop, client->find(in_time(), apple)));
  EXPECT_EQ(traceparent, "");
  EXPECT_EQ(tracestate, "");
}

std::string http(const char* status, const std::string& body) {
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

struct nonsense {
  const char* name;
  const char* status;
  std::string body;
};
class strange_api : public ::testing::TestWithParam<nonsense> {
 protected:
  tests::loop loop;
  tests::scripted_server server{loop.worker(),
                                {{.answer = http(GetParam().status, GetParam().body)}}};
  api::score_client client{loop.worker(), reachable_at(server.where())};
};

TEST_P(strange_api, is_an_error_whatever_is_asked) {
  EXPECT_FALSE(run(loop, client.find(in_time(), apple)));
  EXPECT_FALSE(run(loop, client.find_all(in_time(), {apple})));
  EXPECT_FALSE(run(loop, client.put(in_time(), {apple, "1"})));
  // A 200 to a batch says all that there is to say.
  const bool done = std::string_view(GetParam().status).starts_with("200");
  EXPECT_EQ(run(loop, client.put_all(in_time(), {{apple, "1"}})).has_value(), done);
}

INSTANTIATE_TEST_SUITE_P(
    with, strange_api,
    ::testing::Values(nonsense{"no_json", "200 OK", "<html>"}, nonsense{"no_score", "200 OK", "{}"},
                      nonsense{"half_a_score", "200 OK", R"({"isin":"US0378331005","value":1})"},
                      nonsense{
                          "the_score_of_another", "200 OK",
                          R"({"isin":"DE0007164600","value":1,"as_of":"x","illustrative":true})"},
                      nonsense{"an_error", "500 Internal Server Error", "{}"},
                      nonsense{"a_gateways_error", "502 Bad Gateway", ""},
                      nonsense{"a_redirect", "302 Found", ""},
                      nonsense{"a_refusal_without_errors", "422 Unprocessable Entity", "{}"},
                      nonsense{"a_refusal_for_another_reason", "422 Unprocessable Entity",
                               R"({"errors":[{"pointer":"/items/0/value"}]})"}),
    [](const auto& info) { return info.param.name; });

class silent_api : public ::testing::Test {
 protected:
  tests::loop loop;
  tests::scripted_server server{loop.worker(), {{.never = true}}};
};

TEST_F(silent_api, costs_no_more_than_the_configured_time) {
  auto config = reachable_at(server.where());
  config.timeout = std::chrono::milliseconds(50);
  api::score_client client(loop.worker(), config);
  api::call_context call;  // without a deadline of its own
  EXPECT_EQ(run(loop, client.find(call, apple)).error(), core::errc::timed_out);
  EXPECT_EQ(run(loop, client.put_all(call, {{apple, "1"}})).error(), core::errc::timed_out);
}

TEST_F(silent_api, costs_no_more_than_the_call_has_time) {
  api::score_client client(loop.worker(), reachable_at(server.where()));
  const auto brief = tests::within(std::chrono::milliseconds(50));
  EXPECT_EQ(run(loop, client.find_all(brief, {apple})).error(), core::errc::timed_out);
}

TEST(gone_api, is_refused) {
  tests::loop loop;
  const tests::refusing_port nobody(loop.worker());
  api::score_client client(loop.worker(), reachable_at(nobody.where()));
  EXPECT_EQ(core::classify(run(loop, client.find(in_time(), apple)).error()), core::errc::refused);
}

}  // namespace
