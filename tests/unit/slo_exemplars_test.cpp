#include "slo/evidence/exemplars.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/gate/prometheus_gate.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using slo::tests::measure;
using slo::tests::ratio;
using testing::HasSubstr;

const std::string answer = R"({"status":"success","data":[
  {"seriesLabels":{"__name__":"x_seconds_bucket","job":"web","le":"1.0","instance":"a:1",
                   "http_response_status_code":"503"},
   "exemplars":[{"labels":{"trace_id":"aa","span_id":"1"},"value":"0.7","timestamp":1700000001.5},
                {"labels":{"span_id":"2"},"value":"0.8","timestamp":1700000002}]},
  {"seriesLabels":{"__name__":"x_seconds_bucket","job":"web","le":"+Inf","instance":"a:1",
                   "http_response_status_code":"503"},
   "exemplars":[{"labels":{"traceID":"bb"},"value":"9","timestamp":1700000003}]},
  {"seriesLabels":{"__name__":"x_seconds_bucket","job":"web","le":"1.0",
                   "http_response_status_code":"200"},
   "exemplars":[{"labels":{"trace_id":"cc"},"value":"0.6","timestamp":1700000004}]}]})";

TEST(exemplars, are_read_with_their_traces) {
  const auto read = slo::parse_exemplars(answer);
  ASSERT_TRUE(read.has_value()) << read.error();
  ASSERT_EQ(read->size(), 3u) << "one has no trace";
  EXPECT_EQ(read->front().trace_id, "aa");
  EXPECT_EQ(read->front().at, 1'700'000'001'500);
  EXPECT_DOUBLE_EQ(read->front().value, 0.7);
}

TEST(exemplars, that_are_not_as_documented_are_told) {
  for (const auto& [text, why] : {std::pair{"", "it is no JSON"},
                                  {R"({"status":"error","error":"x"})", "its status is no success"},
                                  {R"({"status":"success","data":5})", "data is no list"},
                                  {R"({"status":"success","data":[{}]})", "no seriesLabels"}}) {
    const auto read = slo::parse_exemplars(text);
    ASSERT_TRUE(read.has_error()) << text;
    EXPECT_THAT(read.error(), HasSubstr(why));
  }
}

TEST(exemplars, are_asked_for_by_what_the_objective_is_about) {
  EXPECT_EQ(slo::exemplar_selector(example()), R"({job="web",__name__=~".+_bucket"})");
  auto nothing = example();
  measure(nothing, ratio(R"(x_total{code="ok"})", "x_total"));
  EXPECT_EQ(slo::exemplar_selector(nothing), std::nullopt);
}

TEST(exemplars, show_failures_by_series_newest_first) {
  const auto shown = slo::failures_shown(example(), *slo::parse_exemplars(answer));
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].what, R"(x_seconds{http_response_status_code="503"})");
  EXPECT_EQ(shown[0].traces, (std::vector<std::string>{"bb", "aa"}));
  EXPECT_EQ(shown[0].count, 0) << "a histogram keeps few";
}

TEST(exemplars, of_a_latency_objective_are_those_that_took_too_long) {
  auto o = example();
  measure(o, ratio(R"(x_seconds_bucket{job="web",le="0.65"})", R"(x_seconds_count{job="web"})"));
  const slo::exemplar slow{{{"code", "200"}}, "a", 0.7, 0}, fast{{{"code", "200"}}, "a", 0.6, 0};
  EXPECT_TRUE(slo::shows_failure(slow, o));
  EXPECT_FALSE(slo::shows_failure(fast, o));
}

}  // namespace
