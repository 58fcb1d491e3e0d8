#include "api/http/message_handlers.hpp"
#include "api/queue/uuid7.hpp"
#include "tests/unit/api_routes_fixture.hpp"

namespace {

using namespace api_tests;
using texts = std::vector<std::string>;

const std::string arn = "arn:aws:sns:eu-west-1:123456789012:notes";
const std::string published = R"({"topic_arn":")" + arn + R"(","message":{"n":1.50}})";
const std::string note = R"({"topic":"notes","message":{"n":1.50}})";

class message_routes : public api_routes {
 protected:
  core::server_response post(std::string body, header_lines headers = {}) {
    return send("POST", "/v1/messages", std::move(body), std::move(headers));
  }
  core::server_response publish(std::string body, header_lines headers = {}) {
    return send("POST", "/ingresar-datos", std::move(body), std::move(headers));
  }
  core::server_response status_of(std::string id, std::string query = "") {
    return get("/v1/messages/" + id, std::move(query));
  }
  static std::string id_in(const core::server_response& r) {
    const auto body = api::parse_json(r.body);
    const auto* id = body ? body->find("transaction_id") : nullptr;
    return id ? id->text : "";
  }
};

TEST_F(message_routes, an_accepted_message_is_202_with_its_transaction) {
  const auto response = post(R"({"topic":"notes","message":{"n":1.50, "u":"ü"}})");
  EXPECT_EQ(response.status, 202);
  ASSERT_EQ(queue.taken.size(), 1u);
  const auto& taken = queue.taken.front();
  EXPECT_TRUE(api::is_uuid(taken.id));
  EXPECT_EQ(taken.topic, "notes");
  EXPECT_EQ(taken.message, R"({"n":1.50,"u":"ü"})");
  EXPECT_GT(taken.accepted_at, 1'700'000'000'000);
  EXPECT_EQ(taken.traceparent, "");
  EXPECT_EQ(header(response, "Location"), "/v1/messages/" + taken.id);
  EXPECT_EQ(header(response, "Idempotency-Replayed"), "");
  EXPECT_EQ(response.body, "{\"transaction_id\":\"" + taken.id + "\",\"status\":\"pending\"}");
}

TEST_F(message_routes, what_is_published_is_a_message_of_the_topic_that_the_arn_names) {
  const auto response = publish(published);
  EXPECT_EQ(response.status, 202);
  ASSERT_EQ(queue.taken.size(), 1u);
  EXPECT_EQ(queue.taken[0].topic, "notes");
  EXPECT_EQ(queue.taken[0].message, R"({"n":1.50})");
  EXPECT_EQ(header(response, "Location"), "/data/" + queue.taken[0].id);
}

TEST_F(message_routes, the_trace_of_the_request_travels_with_the_message) {
  call.parent = *core::parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  call.tracestate = "remora=synthetic";
  post(note);
  ASSERT_EQ(queue.taken.size(), 1u);
  EXPECT_EQ(queue.taken[0].traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(queue.taken[0].tracestate, "remora=synthetic");
}

TEST_F(message_routes, a_message_that_is_not_taken_says_why_and_where) {
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(publish("{").status, 400);
  const auto refused = post(R"({"topic":"notes","message":1,"extra":2})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(errors_of(refused, "pointer"), texts{"/extra"});
  EXPECT_EQ(errors_of(publish(note), "pointer"), (texts{"/topic", "/topic_arn"}));
  EXPECT_EQ(errors_of(post(R"({"topic":"scores","message":{"value":101}})"), "pointer"),
            (texts{"/message/isin", "/message/value"}));
  EXPECT_TRUE(queue.taken.empty());
}

TEST_F(message_routes, another_type_is_415_and_parameters_are_400) {
  const header_lines token{{"Authorization", "Bearer secret"}};
  for (const char* path : {"/v1/messages", "/ingresar-datos"}) {
    EXPECT_EQ(ask(loop, routes, {"POST", path, "", note, token}).status, 415);
    EXPECT_EQ(ask(loop, routes, {"POST", path, "wait=1", note, token}).status, 400);
  }
  EXPECT_TRUE(queue.taken.empty());
}

TEST_F(message_routes, the_same_message_again_under_its_key_is_the_same_transaction) {
  const header_lines key{{"Idempotency-Key", "one"}};
  const auto first = post(note, key);
  const auto again = post(R"({ "message" : {"n" : 1.50}, "topic" : "notes" })", key);
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(header(first, "Idempotency-Replayed"), "");
  EXPECT_EQ(header(again, "Idempotency-Replayed"), "true");
  EXPECT_EQ(queue.taken.size(), 1u);
}

TEST_F(message_routes, both_dialects_mean_the_same_message) {
  const header_lines key{{"Idempotency-Key", "one"}};
  const auto first = post(note, key);
  const auto again = publish(published, key);
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(id_in(again), id_in(first));
  EXPECT_EQ(header(again, "Location"), "/data/" + id_in(first));
  EXPECT_EQ(queue.taken.size(), 1u);
}

TEST_F(message_routes, another_message_under_the_same_key_is_422) {
  const header_lines key{{"Idempotency-Key", "one"}};
  post(note, key);
  for (const char* other :
       {R"({"topic":"notes","message":{"n":1.5}})", R"({"topic":"others","message":{"n":1.50}})"}) {
    const auto response = post(other, key);
    EXPECT_EQ(response.status, 422) << other;
    EXPECT_NE(response.body.find("Idempotency-Key"), std::string::npos);
    EXPECT_EQ(header(response, "Location"), "");
  }
  EXPECT_EQ(queue.taken.size(), 1u);
}

TEST_F(message_routes, a_key_is_a_matter_between_one_token_and_us) {
  const auto as = [this](const char* token) {
    return ask(loop, routes,
               {"POST",
                "/v1/messages",
                "",
                note,
                {{"Authorization", std::string("Bearer ") + token},
                 {"Content-Type", "application/json"},
                 {"Idempotency-Key", "one"}}});
  };
  EXPECT_NE(id_in(as("secret")), id_in(as("bar")));
  EXPECT_EQ(queue.taken.size(), 2u);
  EXPECT_EQ(header(as("bar"), "Idempotency-Replayed"), "true");
}

TEST_F(message_routes, without_a_key_every_message_is_another) {
  EXPECT_NE(id_in(post(note)), id_in(post(note)));
  EXPECT_FALSE(queue.keys.at(0));
}

TEST_F(message_routes, a_key_that_is_none_is_400) {
  const auto with = [this](const std::string& key) {
    return post(note, {{"Idempotency-Key", key}}).status;
  };
  EXPECT_EQ(with(""), 400);
  EXPECT_EQ(with("a b"), 400);
  EXPECT_EQ(with("\xC3\xBC"), 400);
  EXPECT_EQ(with(std::string(256, 'a')), 400);
  EXPECT_EQ(with(std::string(255, 'a')), 202);
  EXPECT_EQ(post(note, {{"Idempotency-Key", "a"}, {"Idempotency-Key", "a"}}).status, 400);
  EXPECT_EQ(queue.taken.size(), 1u);
}

struct refusal {
  const char* name;
  core::error_code error;
  const char* detail;
};
class not_taken : public message_routes, public ::testing::WithParamInterface<refusal> {};

TEST_P(not_taken, is_503_with_the_reason_and_retry_after) {
  queue.error = GetParam().error;
  for (const auto& response : {post(note), publish(published)}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(header(response, "Retry-After"), "1");
    EXPECT_EQ(header(response, "Location"), "");
    EXPECT_EQ(api::parse_json(response.body)->find("detail")->text, GetParam().detail);
  }
}

INSTANTIATE_TEST_SUITE_P(
    because, not_taken,
    ::testing::Values(refusal{"the_queue_is_full", api::queue_errc::full,
                              "Too many messages are pending: nothing is accepted at the moment."},
                      refusal{"the_queue_is_not_durable", api::queue_errc::not_durable,
                              "The queue is not durable: nothing is accepted at the moment."},
                      refusal{"the_queue_refused", api::queue_errc::refused,
                              "The queue did not confirm the message: send it again."},
                      refusal{"the_queue_is_gone", core::errc::refused,
                              "The queue did not confirm the message: send it again."},
                      refusal{"it_took_too_long", core::errc::timed_out,
                              "The queue did not confirm the message: send it again."}),
    [](const auto& info) { return info.param.name; });

TEST_F(message_routes, a_transaction_is_pending_then_stored) {
  queue.entries[transaction_id] = {api::queue_state::pending, ""};
  for (const char* before : {"/v1/messages/", "/data/"}) {
    const std::string path = std::string(before) + transaction_id;
    const auto pending = get(path);
    EXPECT_EQ(pending.status, 202);
    EXPECT_EQ(pending.body, std::string("{\"transaction_id\":\"") + transaction_id +
                                "\",\"status\":\"pending\"}");
    EXPECT_EQ(header(pending, "Retry-After"), "1");
    EXPECT_EQ(header(pending, "Location"), path);
  }
  messages.rows[transaction_id] = {transaction_id, "notes", R"({"n": 1.50})",
                                   "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"};
  for (const char* before : {"/v1/messages/", "/data/"}) {
    const auto stored = get(std::string(before) + transaction_id);
    EXPECT_EQ(stored.status, 200);
    EXPECT_EQ(stored.body, std::string("{\"transaction_id\":\"") + transaction_id +
                               R"(","topic":"notes","message":{"n": 1.50},"status":"stored",)"
                               R"("accepted_at":"2026-01-01T00:00:00.000Z",)"
                               R"("stored_at":"2026-01-01T00:00:01.000Z"})");
  }
}

TEST_F(message_routes, a_dead_transaction_says_why) {
  queue.entries[transaction_id] = {api::queue_state::dead, "it \"is\" poison"};
  const auto response = status_of(transaction_id);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, std::string("{\"transaction_id\":\"") + transaction_id +
                               R"(","status":"dead_lettered","reason":"it \"is\" poison"})");
}

TEST_F(message_routes, an_unknown_transaction_is_404_only_when_everybody_was_asked) {
  EXPECT_EQ(status_of(transaction_id).status, 404);
  EXPECT_EQ(status_of("x").status, 404);
  EXPECT_EQ(status_of("017F22E2-79B0-7CC3-98C4-DC0C0C07398F").status, 404);
  queue.error = gone();
  const auto away = status_of(transaction_id);
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(header(away, "Retry-After"), "1");
  queue.error.clear();
  messages.away = true;
  EXPECT_EQ(status_of(transaction_id).status, 503);
}

TEST_F(message_routes, a_pending_transaction_is_waited_for) {
  queue.entries[transaction_id] = {api::queue_state::pending, ""};
  queue.after_find = [this] {
    if (queue.asked < 3) return;
    queue.entries.clear();
    messages.rows[transaction_id] = {transaction_id, "notes", "{}", "", ""};
  };
  EXPECT_EQ(status_of(transaction_id, "wait=30").status, 200);
  EXPECT_GE(queue.asked, 3);
}

TEST_F(message_routes, a_wait_has_bounds) {
  for (const char* query : {"wait=31", "wait=-1", "wait=1.5", "wait=", "wait=1&wait=1", "for=1"}) {
    EXPECT_EQ(status_of(transaction_id, query).status, 400) << query;
    EXPECT_EQ(get(std::string("/data/") + transaction_id, query).status, 400) << query;
  }
  EXPECT_EQ(status_of(transaction_id, "wait=0").status, 404);
  EXPECT_EQ(status_of(transaction_id, "wait=30").status, 404);  // nothing to wait for
}

TEST(message_fingerprint, is_of_topic_and_message_and_of_nothing_else) {
  const auto of = [](const char* topic, const char* message) {
    return api::message_fingerprint({topic, message});
  };
  EXPECT_EQ(of("a", "1").size(), 64u);
  EXPECT_EQ(of("a", "1"), of("a", "1"));
  EXPECT_NE(of("a", "1"), of("a", "1.0"));
  EXPECT_NE(of("a", "1"), of("b", "1"));
  EXPECT_NE(of("a1", "2"), of("a", "12"));
}

TEST(valid_idempotency_key, is_1_to_255_visible_characters) {
  EXPECT_TRUE(api::valid_idempotency_key("!"));
  EXPECT_TRUE(api::valid_idempotency_key("~"));
  EXPECT_TRUE(api::valid_idempotency_key("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""));
  EXPECT_TRUE(api::valid_idempotency_key(std::string(255, 'a')));
  EXPECT_FALSE(api::valid_idempotency_key(std::string(256, 'a')));
  EXPECT_FALSE(api::valid_idempotency_key(""));
  for (const char* key : {" ", "a b", "a\t", "a\n", "\x7f", "\xc3\xbc"})
    EXPECT_FALSE(api::valid_idempotency_key(key)) << key;
}

}  // namespace
