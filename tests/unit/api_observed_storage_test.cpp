#include "api/postgres/observed_storage.hpp"

#include <gtest/gtest.h>

#include "api/scores/observed_scores.hpp"
#include "api/telemetry/observed_call.hpp"
#include "core/sqlstate.hpp"
#include "tests/unit/api_metrics.hpp"
#include "tests/unit/api_queue_fakes.hpp"

namespace {

using namespace api_tests;
using samples = std::map<std::string, double>;

const std::string isin = "US0378331005";

class observed_storage : public ::testing::Test {
 protected:
  observed_storage() {
    call.spent = &spent;
    call.parent =
        *core::parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    scores.securities = {isin};
  }
  samples statements() {
    return counted(loop.worker(), "db_client_operation_duration_seconds_count");
  }
  static std::string of(const char* operation) {
    return "{db_system_name=\"postgresql\",db_operation_name=\"" + std::string(operation) + "\"}";
  }
  std::string recorded() { return sink.take(100).body; }

  tests::loop loop;
  core::span_sink sink{"test", "0", "0", 100, true};
  api::tracer tracing{loop.worker(), sink};
  api::time_spent spent;
  api::call_context call;
  fake_securities securities;
  fake_scores scores;
  fake_reader messages;
};

TEST_F(observed_storage, reading_securities_is_timed_and_is_part_of_the_requests_time) {
  api::observed_security_repository observed(tracing, securities);
  ASSERT_TRUE(run(loop, observed.list(call, {})));
  ASSERT_TRUE(run(loop, observed.find(call, isin)));
  EXPECT_EQ(statements(), (samples{{of("SELECT"), 2}}));
  EXPECT_TRUE(spent.of(api::dependency::database).asked);
  EXPECT_FALSE(spent.of(api::dependency::queue).asked);
  EXPECT_NE(recorded().find("SELECT security"), std::string::npos);
}

TEST_F(observed_storage, reading_and_writing_scores_are_told_apart) {
  api::observed_score_store observed(tracing, scores);
  ASSERT_TRUE(run(loop, observed.put(call, {isin, "7"})));
  EXPECT_EQ(run(loop, observed.find(call, isin)).value()->value, "7");
  EXPECT_EQ(run(loop, observed.find_all(call, {isin}))->size(), 1u);
  EXPECT_TRUE(run(loop, observed.put_all(call, {{isin, "8"}}))->empty());
  EXPECT_EQ(run(loop, observed.put_all(call, {{"other", "8"}})).value(),
            std::vector<std::string>{"other"});
  EXPECT_EQ(statements(), (samples{{of("SELECT"), 2}, {of("INSERT"), 3}}));
  const auto spans = recorded();
  EXPECT_NE(spans.find("SELECT score"), std::string::npos);
  EXPECT_NE(spans.find("INSERT score"), std::string::npos);
  EXPECT_NE(spans.find("db.operation.batch.size"), std::string::npos);
}

TEST_F(observed_storage, reading_messages_is_timed_too) {
  api::observed_message_reader observed(tracing, messages);
  EXPECT_FALSE(run(loop, observed.find(call, isin)).value());
  EXPECT_EQ(statements(), (samples{{of("SELECT"), 1}}));
}

TEST_F(observed_storage, an_error_is_passed_on_and_marks_the_span) {
  api::observed_security_repository observed(tracing, securities);
  securities.away = true;
  EXPECT_EQ(run(loop, observed.find(call, isin)).error(), gone());
  const auto spans = recorded();
  EXPECT_NE(spans.find("error.type"), std::string::npos);
  EXPECT_NE(spans.find("refused"), std::string::npos);
  EXPECT_EQ(statements(), (samples{{of("SELECT"), 1}}));
  EXPECT_STREQ(spent.of(api::dependency::database).failed, "refused");
}

TEST_F(observed_storage, only_a_database_that_is_away_has_failed) {
  const auto told = [&](const char* state) {
    api::time_spent spent;
    api::call_context one = call;
    one.spent = &spent;
    api::observed_call observed(tracing, api::sql_operation(loop.worker(), "SELECT", "t"), one);
    observed.seen(core::result<int>(core::sqlstate_error(state)));
    return std::string(spent.of(api::dependency::database).failed);
  };
  EXPECT_EQ(told("08006"), "connection_exception");
  EXPECT_EQ(told("57P01"), "operator_intervention");
  EXPECT_EQ(told("23505"), "") << "an answer";
}

TEST_F(observed_storage, a_call_of_no_trace_is_timed_and_not_recorded) {
  call.parent = {};
  api::observed_score_store observed(tracing, scores);
  ASSERT_TRUE(run(loop, observed.find(call, isin)));
  EXPECT_EQ(sink.snapshot().received, 0u);
  EXPECT_EQ(statements(), (samples{{of("SELECT"), 1}}));
}

TEST_F(observed_storage, calls_to_the_scores_api_are_spans_named_by_their_route) {
  api::observed_score_client observed(tracing, scores, "127.0.0.1");
  ASSERT_TRUE(run(loop, observed.put(call, {isin, "7"})));
  EXPECT_EQ(run(loop, observed.find(call, isin)).value()->value, "7");
  EXPECT_EQ(run(loop, observed.find_all(call, {isin}))->size(), 1u);
  EXPECT_TRUE(run(loop, observed.put_all(call, {{isin, "8"}}))->empty());
  EXPECT_EQ(sink.snapshot().received, 4u);
  const auto spans = recorded();
  for (const char* name : {"PUT /v1/scores/{isin}", "GET /v1/scores/{isin}",
                           "POST /v1/scores:batchGet", "POST /v1/scores:batchPut"})
    EXPECT_NE(spans.find(name), std::string::npos) << name;
  EXPECT_EQ(spans.find("error.type"), std::string::npos);
  scores.away = true;
  EXPECT_EQ(run(loop, observed.find(call, isin)).error(), gone());
  EXPECT_NE(recorded().find("error.type"), std::string::npos);
}

}  // namespace
