#include "api/cache/observed_cache.hpp"

#include <gtest/gtest.h>

#include "core/sqlstate.hpp"
#include "tests/unit/api_cache_fakes.hpp"
#include "tests/unit/api_metrics.hpp"

namespace {

using namespace api_tests;
using api::answered_by;
using samples = std::map<std::string, double>;

const std::string isin = "US0378331005";

class observed_securities : public ::testing::Test {
 protected:
  samples requests() { return counted(loop.worker(), "remora_cache_requests_total"); }
  samples degraded() { return counted(loop.worker(), "remora_degraded_answers_total"); }
  static api::security_answer answer_by(answered_by way) {
    api::security_answer answer;
    answer.snapshot = api::make_snapshot({isin, "Apple", "US", "IT", "USD"}, std::nullopt, 1);
    answer.way = way;
    return answer;
  }
  void answer(api::security_answer given) {
    source.later[isin] = given;
    const auto found = run(loop, securities.find({}, isin));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->snapshot, given.snapshot);
  }

  tests::loop loop;
  fake_source source;
  api::observed_securities securities{loop.worker(), source};
};

TEST_F(observed_securities, every_series_is_there_from_the_start) {
  int there = 0;
  for (const auto& [name, value] : metrics_of(loop.worker())) {
    EXPECT_EQ(value, 0) << name;
    ++there;
  }
  EXPECT_EQ(there, 2 * 6 + 4);
}

TEST_F(observed_securities, what_is_at_hand_is_a_hit_of_this_process_and_asks_nothing_of_redis) {
  source.at_once[isin] = answer_by(answered_by::local);
  EXPECT_TRUE(securities.find_now({}, isin).snapshot);
  EXPECT_FALSE(securities.find_now({}, "other").snapshot);  // counted by the `find` that follows
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="hit"})", 1}}));
  EXPECT_EQ(degraded(), samples{});
}

TEST_F(observed_securities, what_redis_has_is_a_miss_here_and_a_hit_there) {
  answer(answer_by(answered_by::shared));
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 1},
                                 {R"({cache="shared",result="hit"})", 1}}));
}

TEST_F(observed_securities, what_comes_from_the_sources_is_a_miss_of_both) {
  answer(answer_by(answered_by::sources));
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 1},
                                 {R"({cache="shared",result="miss"})", 1}}));
  EXPECT_EQ(degraded(), samples{});
}

TEST_F(observed_securities, who_waited_for_another_request_asked_nobody) {
  answer(answer_by(answered_by::coalesced));
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="coalesced"})", 1}}));
}

TEST_F(observed_securities, that_there_is_none_is_negative_in_whichever_cache_it_was) {
  auto none = answer_by(answered_by::shared);
  none.snapshot = api::make_absent_snapshot(1);
  answer(none);
  none.way = answered_by::local;
  answer(none);
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 1},
                                 {R"({cache="local",result="negative"})", 1},
                                 {R"({cache="shared",result="negative"})", 1}}));
}

TEST_F(observed_securities, a_stale_answer_is_counted_as_such_and_as_degraded) {
  auto stale = answer_by(answered_by::shared);
  stale.stale = true;
  answer(stale);
  stale.way = answered_by::local;
  answer(stale);
  stale.way = answered_by::coalesced;
  answer(stale);
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 1},
                                 {R"({cache="local",result="stale"})", 1},
                                 {R"({cache="local",result="coalesced"})", 1},
                                 {R"({cache="shared",result="stale"})", 1}}));
  EXPECT_EQ(degraded(), (samples{{R"({state="stale"})", 3}}));
}

TEST_F(observed_securities, an_answer_past_a_redis_that_is_gone_is_degraded) {
  auto past = answer_by(answered_by::sources);
  past.shared_gone = true;
  answer(past);
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 1},
                                 {R"({cache="shared",result="error"})", 1}}));
  EXPECT_EQ(degraded(), (samples{{R"({state="cache_bypassed"})", 1}}));
}

TEST_F(observed_securities, no_answer_is_counted_by_its_reason_and_so_is_no_list) {
  EXPECT_FALSE(run(loop, securities.find({}, isin)));
  EXPECT_FALSE(run(loop, securities.list({}, {})));
  EXPECT_EQ(degraded(), (samples{{R"({state="source_unavailable"})", 2}}));
  source.error = core::sqlstate_error("53300");
  source.listed = core::sqlstate_error("53300");
  EXPECT_FALSE(run(loop, securities.find({}, isin)));
  EXPECT_FALSE(run(loop, securities.list({}, {})));
  EXPECT_EQ(degraded(),
            (samples{{R"({state="source_unavailable"})", 2}, {R"({state="overloaded"})", 2}}));
  EXPECT_EQ(requests(), (samples{{R"({cache="local",result="miss"})", 2}}));
}

TEST_F(observed_securities, a_list_is_no_look_into_a_cache) {
  source.listed = api::security_list{};
  EXPECT_TRUE(run(loop, securities.list({}, {})));
  EXPECT_EQ(requests(), samples{});
}

TEST_F(observed_securities, passes_on_what_is_to_be_forgotten) {
  loop.run(securities.forget({}, {isin}));
  EXPECT_EQ(source.forgotten, (std::vector<std::vector<std::string>>{{isin}}));
}

class observed_shared_cache : public ::testing::Test {
 protected:
  tests::loop loop;
  core::span_sink sink{"test", "0", "0", 100, true};
  api::tracer tracing{loop.worker(), sink};
  fake_shared_cache inner{loop.worker()};
  api::observed_shared_cache cache{tracing, inner};
};

TEST_F(observed_shared_cache, each_look_is_timed_and_is_part_of_the_requests_time) {
  api::time_spent spent;
  api::call_context call;
  call.spent = &spent;
  ASSERT_TRUE(run(loop, cache.get(call, isin)));
  EXPECT_TRUE(spent.of(api::dependency::cache).asked);
  EXPECT_FALSE(spent.of(api::dependency::database).asked);
  ASSERT_TRUE(run(loop, cache.put(call, isin, api::make_absent_snapshot(1), "")));
  ASSERT_TRUE(run(loop, cache.forget(call, {isin})));
  const auto found = metrics_of(loop.worker());
  for (const char* command : {"GET", "EVALSHA", "SET"})
    EXPECT_EQ(found.at("db_client_operation_duration_seconds_count{db_system_name=\"redis\","
                       "db_operation_name=\"" +
                       std::string(command) + "\"}"),
              1)
        << command;
  EXPECT_EQ(inner.kept, 1);
  EXPECT_TRUE(inner.texts[isin].starts_with("forgotten"));
}

TEST_F(observed_shared_cache, an_error_is_passed_on_and_marks_the_span_of_a_sampled_request) {
  inner.away = true;
  api::call_context call;
  call.parent = *core::parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(run(loop, cache.get(call, isin)).error(), gone());
  EXPECT_EQ(sink.snapshot().received, 1u);
  const auto batch = sink.take(10);
  EXPECT_NE(batch.body.find("error.type"), std::string::npos);
}

}  // namespace
