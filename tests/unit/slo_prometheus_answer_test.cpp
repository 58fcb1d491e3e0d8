#include "slo/evidence/prometheus_answer.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using slo::parse_prometheus_answer;

const std::string matrix =
    R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"a","__name__":"x"},)"
    R"("values":[[1700000000.123,"1"],[1700000005,"2.5"]]}]}})";

std::string problem_of(std::string_view body) {
  const auto parsed = parse_prometheus_answer(body);
  return parsed.has_error() ? parsed.error() : "none";
}

TEST(prometheus_answer, reads_a_matrix) {
  const auto parsed = parse_prometheus_answer(matrix);
  ASSERT_TRUE(parsed.has_value()) << parsed.error();
  ASSERT_EQ(parsed->size(), 1u);
  EXPECT_EQ(parsed->front().labels, (slo::label_list{{"__name__", "x"}, {"job", "a"}}));
  EXPECT_EQ(parsed->front().samples,
            (std::vector<slo::sample>{{1700000000123, 1}, {1700000005000, 2.5}}));
}

TEST(prometheus_answer, reads_a_vector_with_every_kind_of_number) {
  const auto parsed = parse_prometheus_answer(
      R"({"status":"success","data":{"resultType":"vector","result":[)"
      R"({"metric":{},"value":[1,"+Inf"]},{"metric":{},"value":[1,"NaN"]},{"metric":{},"value":[1,"1e+06"]}]}})");
  ASSERT_TRUE(parsed.has_value()) << parsed.error();
  EXPECT_TRUE(std::isinf((*parsed)[0].samples[0].value));
  EXPECT_TRUE(std::isnan((*parsed)[1].samples[0].value));
  EXPECT_EQ((*parsed)[2].samples[0].value, 1e6);
}

TEST(prometheus_answer, reads_a_scalar) {
  const auto parsed = parse_prometheus_answer(
      R"({"status":"success","data":{"resultType":"scalar","result":[7,"3"]}})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->front().samples.front(), (slo::sample{7000, 3}));
}

TEST(prometheus_answer, tells_what_prometheus_says_is_wrong) {
  EXPECT_EQ(problem_of(R"({"status":"error","errorType":"bad_data","error":"parse error"})"),
            "parse error");
}

TEST(prometheus_answer, an_incomplete_answer_is_none) {
  EXPECT_EQ(
      problem_of(
          R"({"status":"success","warnings":["no remote"],"data":{"resultType":"vector","result":[]}})"),
      "it is incomplete: no remote");
}

TEST(prometheus_answer, refuses_what_is_not_as_documented) {
  EXPECT_EQ(problem_of("<html>"), "it is no JSON");
  EXPECT_EQ(problem_of("[]"), "the answer is no object");
  EXPECT_EQ(problem_of(R"({"status":"success"})"), "there is no data");
  EXPECT_EQ(problem_of(R"({"status":"success","data":{"resultType":"string","result":[1,"a"]}})"),
            "its type is string");
  EXPECT_EQ(
      problem_of(
          R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,2]}]}})"),
      "a sample's value is no string");
  EXPECT_EQ(
      problem_of(
          R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}})"),
      "a value is no number: x");
  EXPECT_EQ(
      problem_of(
          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[2,"1"],[1,"1"]]}]}})"),
      "the samples are not in order");
}

TEST(prometheus_answer, no_prefix_is_read_as_the_whole) {
  for (std::size_t n = 0; n < matrix.size(); ++n) {
    EXPECT_TRUE(parse_prometheus_answer(matrix.substr(0, n)).has_error()) << n;
  }
}

}  // namespace
