#include <gtest/gtest.h>

#include "api/http/authorization.hpp"
#include "api/http/message_handlers.hpp"
#include "api/http/score_handlers.hpp"
#include "api/http/security_handlers.hpp"
#include "api/queue/uuid7.hpp"
#include "tests/support/loop.hpp"
#include "tests/unit/api_fakes.hpp"

namespace {

using namespace api_tests;

const api::security apple{"US0378331005", "Apple Inc.", "US", "Information Technology", "USD"};
const api::security sap{"DE0007164600", "SAP", "DE", "Information Technology", "EUR"};
const api::score apples{"US0378331005", "71.2", "2026-01-01T00:00:00Z", true};
const std::string id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

core::task<> keep(core::task<core::server_response> answer, core::server_response& into) {
  into = co_await std::move(answer);
}

class handlers : public ::testing::Test {
 protected:
  handlers() {
    securities.rows = {{apple.isin, apple}, {sap.isin, sap}};
    scores.rows = {{apple.isin, apples}};
  }

  core::server_response answer(const api::route_handler& handler, request_text text,
                               std::vector<std::pair<std::string, std::string>> parameters = {}) {
    const fake_request request(std::move(text));
    const core::server_request http = request.http();
    core::server_response response;
    loop.run(keep(handler({http, {}, std::move(parameters)}), response));
    return response;
  }
  core::server_response list(std::string query) {
    return answer(
        [this](api::api_request r) { return api::list_securities(securities, std::move(r)); },
        {"GET", "/v1/securities", std::move(query), "", {}});
  }
  core::server_response get(std::string isin) {
    return answer(
        [this](api::api_request r) { return api::get_security(securities, scores, std::move(r)); },
        {}, {{"isin", std::move(isin)}});
  }
  core::server_response post(std::string body, std::string type = "application/json") {
    return answer(
        [this](api::api_request r) { return api::post_message(queue, std::move(r)); },
        {"POST", "/v1/messages", "", std::move(body), {{"Content-Type", std::move(type)}}});
  }
  core::server_response status_of(std::string transaction) {
    return answer(
        [this](api::api_request r) { return api::get_message(messages, queue, std::move(r)); }, {},
        {{"transaction_id", std::move(transaction)}});
  }

  tests::loop loop;
  fake_securities securities;
  fake_scores scores;
  fake_reader messages;
  fake_producer queue;
};

std::string header(const core::server_response& r, std::string_view name) {
  for (const auto& [key, value] : r.headers)
    if (key == name) return value;
  return {};
}

TEST_F(handlers, a_list_ends_with_null_and_a_part_of_it_with_the_way_on) {
  EXPECT_TRUE(list("").body.ends_with("\"next\":null}"));
  const auto page = list("limit=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body.ends_with("\"next\":\"/v1/securities?limit=1&after=DE0007164600\"}"));
  EXPECT_EQ(page.body.find(apple.isin), std::string::npos);
  const auto rest = list("limit=1&after=DE0007164600");
  EXPECT_NE(rest.body.find(apple.isin), std::string::npos);
  EXPECT_TRUE(rest.body.ends_with("\"next\":null}"));
}

TEST_F(handlers, a_list_with_senseless_parameters_is_400) {
  for (const char* query : {"limit=0", "limit=501", "limit=ten", "limit=1x", "after=US0378331006"})
    EXPECT_EQ(list(query).status, 400) << query;
}

TEST_F(handlers, a_list_without_a_database_is_503_with_retry_after) {
  securities.away = true;
  const auto response = list("");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header(response, "Retry-After"), "1");
}

TEST_F(handlers, a_security_comes_with_its_score) {
  const auto response = get(apple.isin);
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("\"value\":71.2,"), std::string::npos);
}

TEST_F(handlers, a_security_never_comes_without_its_score) {
  scores.away = true;
  EXPECT_EQ(get(apple.isin).status, 503);
  scores.away = false;
  EXPECT_EQ(get(sap.isin).status, 503);  // it has none
}

TEST_F(handlers, an_unknown_security_is_404_and_so_is_what_is_no_isin) {
  EXPECT_EQ(get("FR0000120271").status, 404);
  EXPECT_EQ(get("US0378331006").status, 404);
  EXPECT_EQ(get("x").status, 404);
}

TEST_F(handlers, a_score_is_200_404_or_503) {
  const auto handler = [this](api::api_request r) { return api::get_score(scores, std::move(r)); };
  EXPECT_EQ(answer(handler, {}, {{"isin", apple.isin}}).status, 200);
  EXPECT_EQ(answer(handler, {}, {{"isin", sap.isin}}).status, 404);
  scores.away = true;
  EXPECT_EQ(answer(handler, {}, {{"isin", apple.isin}}).status, 503);
}

TEST_F(handlers, an_accepted_message_is_202_with_its_transaction) {
  const auto response = post(R"({"topic":"notes","message":{"n":1.50}})");
  EXPECT_EQ(response.status, 202);
  ASSERT_EQ(queue.taken.size(), 1u);
  const auto& taken = queue.taken.front();
  EXPECT_TRUE(api::is_uuid(taken.id));
  EXPECT_EQ(taken.message, R"({"n":1.50})");
  EXPECT_GT(taken.accepted_at, 1'700'000'000'000);
  EXPECT_EQ(header(response, "Location"), "/v1/messages/" + taken.id);
  EXPECT_EQ(response.body, "{\"transaction_id\":\"" + taken.id + "\",\"status\":\"pending\"}");
}

TEST_F(handlers, a_message_that_is_not_taken_says_why_and_where) {
  EXPECT_EQ(post("{}", "text/plain").status, 415);
  EXPECT_EQ(post("{").status, 400);
  const auto refused = post(R"({"topic":"notes","message":1,"extra":2})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("\"pointer\":\"/extra\""), std::string::npos) << refused.body;
  EXPECT_TRUE(queue.taken.empty());
}

TEST_F(handlers, nothing_is_accepted_while_the_queue_is_away_or_not_durable) {
  queue.is_durable = false;
  EXPECT_EQ(post(R"({"topic":"notes","message":1})").status, 503);
  EXPECT_TRUE(queue.taken.empty());
  queue.is_durable = true;
  queue.away = true;
  EXPECT_EQ(post(R"({"topic":"notes","message":1})").status, 503);
}

TEST_F(handlers, a_transaction_is_pending_then_stored) {
  queue.entries[id] = {api::queue_state::pending, ""};
  EXPECT_EQ(status_of(id).status, 202);
  messages.rows[id] = {id, "notes", "{}", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"};
  const auto stored = status_of(id);
  EXPECT_EQ(stored.status, 200);
  EXPECT_NE(stored.body.find("\"status\":\"stored\""), std::string::npos);
}

TEST_F(handlers, a_transaction_that_is_stored_between_two_looks_is_found) {
  messages.after_look = [this] { messages.rows[id] = {id, "notes", "{}", "", ""}; };
  EXPECT_EQ(status_of(id).status, 200);
}

TEST_F(handlers, a_dead_transaction_says_why) {
  queue.entries[id] = {api::queue_state::dead, "the database refuses it"};
  const auto response = status_of(id);
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("\"reason\":\"the database refuses it\""), std::string::npos);
}

TEST_F(handlers, an_unknown_transaction_is_404_only_when_everybody_was_asked) {
  EXPECT_EQ(status_of(id).status, 404);
  EXPECT_EQ(status_of("x").status, 404);
  queue.away = true;
  EXPECT_EQ(status_of(id).status, 503);
  queue.away = false;
  messages.away = true;
  EXPECT_EQ(status_of(id).status, 503);
}

TEST_F(handlers, a_pending_transaction_is_known_without_the_database) {
  messages.away = true;
  queue.entries[id] = {api::queue_state::pending, ""};
  EXPECT_EQ(status_of(id).status, 202);
}

TEST_F(handlers, a_scope_is_needed_401_without_a_token_403_with_a_lesser_one) {
  core::problems found;
  // SHA-256 of "abc", and of "" which no request can present.
  const auto tokens = api::token_file::parse(
      "tokens",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad read reader\n"
      "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b write writer\n",
      found);
  const auto guarded = api::require_scope(
      tokens, api::token_scope::write,
      [this](api::api_request r) { return api::get_score(scores, std::move(r)); });
  const auto with = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return answer(guarded, {"GET", "/", "", "", std::move(headers)}, {{"isin", apple.isin}});
  };
  EXPECT_EQ(with({}).status, 401);
  EXPECT_EQ(header(with({}), "WWW-Authenticate"), "Bearer realm=\"remora\"");
  EXPECT_EQ(with({{"Authorization", "Basic abc"}}).status, 401);
  EXPECT_EQ(with({{"Authorization", "Bearer nonsense"}}).status, 401);
  EXPECT_EQ(with({{"Authorization", "Bearer abc"}}).status, 403);
  EXPECT_EQ(with({{"Authorization", "bearer secret"}}).status, 200);
}

}  // namespace
