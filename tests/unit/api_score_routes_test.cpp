#include "api/http/representations.hpp"
#include "tests/unit/api_routes_fixture.hpp"

namespace {

using namespace api_tests;
using texts = std::vector<std::string>;

const std::string put_path = "/v1/securities/US0378331005/score";

class score_routes : public api_routes {
 protected:
  core::server_response put(std::string body) { return send("PUT", put_path, std::move(body)); }
  core::server_response post(std::string body) {
    return send("POST", "/v1/scores", std::move(body));
  }
};

TEST_F(score_routes, a_score_that_is_put_is_given_back_as_it_is_stored) {
  const auto response = put(R"({"value":55.50})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"isin":"US0378331005","value":55.50,"scale":"0-100",)"
                           R"("as_of":"2026-02-03T04:05:06Z","illustrative":false})");
  EXPECT_EQ(scores.rows[apple.isin].value, "55.50");
}

TEST_F(score_routes, the_caches_are_told_of_what_was_put_and_only_then) {
  put(R"({"value":101})");
  send("PUT", std::string("/v1/securities/") + nobodys + "/score", R"({"value":1})");
  scores.away = true;
  put(R"({"value":1})");
  EXPECT_TRUE(securities.forgotten.empty());
  scores.away = false;
  put(R"({"value":1})");
  EXPECT_EQ(securities.forgotten, std::vector<texts>{{apple.isin}});
}

// Told before the answer: whoever has it may ask at once.
class slow_source final : public api::security_source {
 public:
  slow_source(core::worker& w, std::vector<std::string>& order) : worker_(w), order_(order) {}
  api::security_answer find_now(const api::call_context&, std::string_view) override { return {}; }
  core::task<core::result<api::security_answer>> find(api::call_context, std::string) override {
    co_return gone();
  }
  core::task<core::result<api::security_list>> list(api::call_context,
                                                    api::security_page) override {
    co_return gone();
  }
  core::task<> forget(api::call_context, std::vector<std::string>) override {
    co_await core::sleep_for(worker_, std::chrono::milliseconds(5));
    order_.push_back("told");
  }

 private:
  core::worker& worker_;
  std::vector<std::string>& order_;
};

TEST_F(score_routes, are_answered_after_everybody_was_told) {
  std::vector<std::string> order;
  slow_source slow(loop.worker(), order);
  api::router with_slow;
  api::add_public_routes(with_slow, {slow, scores, queue, accepted, tokens});
  const header_lines headers{{"Authorization", "Bearer secret"},
                             {"Content-Type", "application/json"}};
  ASSERT_EQ(ask(loop, with_slow, {"PUT", put_path, "", R"({"value":1})", headers}).status, 200);
  order.push_back("answered");
  const std::string batch = R"({"items":[{"isin":"US0378331005","value":1}]})";
  ASSERT_EQ(ask(loop, with_slow, {"POST", "/v1/scores", "", batch, headers}).status, 200);
  order.push_back("answered");
  EXPECT_EQ(order, (texts{"told", "answered", "told", "answered"}));
}

TEST_F(score_routes, a_score_of_no_security_is_404) {
  const auto unknown =
      send("PUT", std::string("/v1/securities/") + nobodys + "/score", R"({"value":1})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_NE(unknown.body.find("There is no security with this ISIN."), std::string::npos);
  EXPECT_EQ(send("PUT", "/v1/securities/US0378331006/score", R"({"value":1})").status, 404);
  EXPECT_FALSE(scores.rows.contains(nobodys));
}

TEST_F(score_routes, a_value_that_is_not_taken_is_422_with_a_pointer) {
  const auto response = put(R"({"value":100.01})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(errors_of(response, "pointer"), texts{"/value"});
  EXPECT_EQ(api::parse_json(response.body)->find("pointer")->text, "/value");
  EXPECT_EQ(errors_of(put(R"({"more":1})"), "pointer"), (texts{"/more", "/value"}));
  EXPECT_EQ(errors_of(put("[]"), "pointer"), texts{""});
  EXPECT_EQ(scores.rows[apple.isin].value, "71.2");
}

TEST_F(score_routes, a_body_that_is_no_json_is_400_and_another_type_415) {
  EXPECT_EQ(put("{").status, 400);
  EXPECT_EQ(put("").status, 400);
  EXPECT_EQ(post("{\"items\":").status, 400);
  const auto typed = [this](const char* method, const std::string& path, header_lines headers) {
    headers.emplace_back("Authorization", "Bearer secret");
    return ask(loop, routes, {method, path, "", R"({"value":1})", std::move(headers)}).status;
  };
  EXPECT_EQ(typed("PUT", put_path, {{"Content-Type", "text/plain"}}), 415);
  EXPECT_EQ(typed("PUT", put_path, {}), 415);
  EXPECT_EQ(typed("PUT", put_path, {{"Content-Type", "application/json-seq"}}), 415);
  EXPECT_EQ(typed("PUT", put_path, {{"Content-Type", "Application/JSON ; charset=utf-8"}}), 200);
  EXPECT_EQ(typed("POST", "/v1/scores", {{"Content-Type", "text/csv"}}), 415);
}

TEST_F(score_routes, what_cannot_be_confirmed_is_503_and_may_be_sent_again) {
  scores.away = true;
  for (const auto& response :
       {put(R"({"value":1})"), post(R"({"items":[{"isin":"US0378331005","value":1}]})")}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "1");
    EXPECT_NE(response.body.find("It could not be confirmed that this was stored: send it again."),
              std::string::npos);
  }
}

TEST_F(score_routes, writing_takes_no_parameters) {
  const header_lines headers{{"Authorization", "Bearer secret"},
                             {"Content-Type", "application/json"}};
  EXPECT_EQ(ask(loop, routes, {"PUT", put_path, "wait=1", R"({"value":1})", headers}).status, 400);
  EXPECT_EQ(ask(loop, routes, {"POST", "/v1/scores", "x=1", "{}", headers}).status, 400);
}

TEST_F(score_routes, a_batch_is_stored_and_the_caches_told_of_all_of_it) {
  const auto response =
      post(R"({"items":[{"isin":"US0378331005","value":1.5},{"isin":"DE0007164600","value":2}]})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"stored":2})");
  EXPECT_EQ(scores.rows[apple.isin].value, "1.5");
  EXPECT_EQ(scores.rows[sap.isin].value, "2");
  EXPECT_EQ(securities.forgotten, (std::vector<texts>{{apple.isin, sap.isin}}));
}

TEST_F(score_routes, a_batch_with_one_bad_row_changes_nothing_and_all_bad_rows_are_named) {
  const auto response = post(R"({"items":[
      {"isin":"US0378331005","value":1},
      {"isin":"US0378331005","value":2},
      {"isin":"DE0007164600","value":"3"},
      {"value":1,"more":1}]})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(errors_of(response, "pointer"),
            (texts{"/items/1/isin", "/items/2/value", "/items/3/more", "/items/3/isin"}));
  EXPECT_EQ(api::parse_json(response.body)->find("pointer"), nullptr);
  EXPECT_EQ(api::parse_json(response.body)->find("detail")->text,
            "4 things are wrong with the body.");
  EXPECT_EQ(scores.rows[apple.isin].value, "71.2");
  EXPECT_TRUE(securities.forgotten.empty());
}

TEST_F(score_routes, isins_of_no_security_are_named_by_their_rows_and_nothing_is_stored) {
  const auto response =
      post(R"({"items":[{"isin":"FR0000120271","value":1},{"isin":"US0378331005","value":2},)"
           R"({"isin":"GB0002634946","value":3}]})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(errors_of(response, "pointer"), (texts{"/items/0/isin", "/items/2/isin"}));
  EXPECT_EQ(errors_of(response, "detail").front(),
            "The member /items/0/isin is the ISIN of no security.");
  EXPECT_EQ(scores.rows[apple.isin].value, "71.2");
  EXPECT_TRUE(securities.forgotten.empty());
}

struct writing {
  const char* name;
  const char* method;
  const char* path;
};
class writing_route : public api_routes, public ::testing::WithParamInterface<writing> {
 protected:
  core::server_response with(header_lines headers) {
    headers.emplace_back("Content-Type", "application/json");
    return ask(loop, routes, {GetParam().method, GetParam().path, "", "{}", std::move(headers)});
  }
};

TEST_P(writing_route, needs_a_token_that_is_known_and_may_write) {
  const auto without = with({});
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(header(without, "WWW-Authenticate"), "Bearer realm=\"remora\"");
  EXPECT_EQ(with({{"Authorization", "Basic abc"}}).status, 401);
  EXPECT_EQ(with({{"Authorization", "Bearer "}}).status, 401);
  const auto unknown = with({{"Authorization", "Bearer nonsense"}});
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(header(unknown, "WWW-Authenticate"),
            "Bearer realm=\"remora\", error=\"invalid_token\"");
  const auto lesser = with({{"Authorization", "Bearer abc"}});
  EXPECT_EQ(lesser.status, 403);
  EXPECT_EQ(header(lesser, "WWW-Authenticate"),
            "Bearer realm=\"remora\", error=\"insufficient_scope\"");
  EXPECT_EQ(with({{"Authorization", "bEARER secret"}}).status, 422);  // let in, and `{}` refused
}

INSTANTIATE_TEST_SUITE_P(of, writing_route,
                         ::testing::Values(writing{"a_score", "PUT",
                                                   "/v1/securities/US0378331005/score"},
                                           writing{"scores", "POST", "/v1/scores"},
                                           writing{"a_message", "POST", "/v1/messages"},
                                           writing{"data", "POST", "/ingresar-datos"}),
                         [](const auto& info) { return info.param.name; });

class internal_routes : public api_routes {};

TEST_F(internal_routes, a_score_is_200_404_or_503) {
  const auto get = [this](const std::string& isin) {
    return ask(loop, internal, {"GET", "/v1/scores/" + isin, "", "", {}});
  };
  EXPECT_EQ(get(apple.isin).status, 200);
  EXPECT_EQ(get(apple.isin).body, api::to_json(apples));
  EXPECT_EQ(get(sap.isin).status, 404);
  EXPECT_EQ(get("x").status, 404);
  scores.away = true;
  const auto away = get(apple.isin);
  EXPECT_EQ(away.status, 503);
  EXPECT_NE(away.body.find("The scores cannot be read at the moment."), std::string::npos);
}

TEST_F(internal_routes, a_score_is_put_without_a_token) {
  EXPECT_EQ(send_internal("PUT", "/v1/scores/US0378331005", R"({"value":9})").status, 200);
  EXPECT_EQ(scores.rows[apple.isin].value, "9");
  EXPECT_EQ(send_internal("PUT", std::string("/v1/scores/") + nobodys, R"({"value":9})").status,
            404);
  EXPECT_EQ(send_internal("PUT", "/v1/scores/US0378331005", R"({"value":-9})").status, 422);
}

TEST_F(internal_routes, many_are_asked_for_at_once_and_those_that_have_none_are_named) {
  const auto response = send_internal(
      "POST", "/v1/scores:batchGet", R"({"isins":["FR0000120271","US0378331005","DE0007164600"]})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"items\":[" + api::to_json(apples) +
                               R"(],"missing":["FR0000120271","DE0007164600"]})");
  EXPECT_EQ(scores.asked.size(), 1u);
}

TEST_F(internal_routes, asking_for_many_has_rules_too) {
  const auto ask_for = [this](const char* body) {
    return send_internal("POST", "/v1/scores:batchGet", body);
  };
  EXPECT_EQ(ask_for("{").status, 400);
  EXPECT_EQ(errors_of(ask_for(R"({"isins":["x",1]})"), "pointer"), (texts{"/isins/0", "/isins/1"}));
  EXPECT_EQ(ask(loop, internal, {"POST", "/v1/scores:batchGet", "", "{}", {}}).status, 415);
  scores.away = true;
  EXPECT_EQ(ask_for(R"({"isins":["US0378331005"]})").status, 503);
}

TEST_F(internal_routes, many_are_put_at_once_or_none) {
  const auto put = [this](const char* body) {
    return send_internal("POST", "/v1/scores:batchPut", body);
  };
  EXPECT_EQ(put(R"({"items":[{"isin":"US0378331005","value":4}]})").body, R"({"stored":1})");
  const auto refused = put(R"({"items":[{"isin":"FR0000120271","value":4}]})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(errors_of(refused, "pointer"), texts{"/items/0/isin"});
}

}  // namespace
