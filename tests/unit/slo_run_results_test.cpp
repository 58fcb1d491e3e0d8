#include "slo/evidence/run_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slo/model/label_matching.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using slo::tests::example;
using testing::HasSubstr;

const std::string whole = R"({"format":"remora-run","version":1,
  "started":"2026-01-31T10:00:00.250Z","ended":"2026-01-31T10:01:00Z","scheduled":10,"ran":9,
  "labels":{"job":"web"},"metrics":["requests_total"],"unknown":{"is":"left"},
  "counters":[{"name":"requests_total","labels":{"code":"ok"},"value":7},
              {"name":"requests_total","labels":{"code":"failed"},"value":2}]})";

std::string with(const std::string& what, const std::string& instead) {
  auto out = whole;
  const auto at = out.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return out.replace(at, what.size(), instead);
}

TEST(run_results, are_read) {
  const auto r = slo::parse_run_results(whole);
  ASSERT_TRUE(r.has_value()) << r.error();
  EXPECT_EQ(r->to - r->from, 59'750);
  EXPECT_EQ(r->ran, 9);
  EXPECT_EQ(r->series.size(), 2u);
}

TEST(run_results, are_evidence_with_the_labels_of_a_scrape) {
  const auto e = slo::run_evidence(example(), *slo::parse_run_results(whole));
  EXPECT_EQ(e.problem, "");
  EXPECT_EQ(e.counts.events, 9);
  EXPECT_EQ(e.counts.bad, 2);
  EXPECT_DOUBLE_EQ(e.coverage, 0.9);
  EXPECT_EQ(e.newest, e.to);
}

TEST(run_results, of_another_job_are_no_events) {
  const auto e =
      slo::run_evidence(example(), *slo::parse_run_results(with(R"("job":"web")", R"("job":"x")")));
  EXPECT_EQ(e.counts.events, 0);
}

TEST(run_results, without_the_metric_are_a_problem) {
  const auto e = slo::run_evidence(
      example(), *slo::parse_run_results(with(R"(["requests_total"])", R"(["others_total"])")));
  EXPECT_THAT(e.problem, HasSubstr("does not count requests_total"));
}

TEST(run_results, with_more_good_events_than_events_are_a_problem) {
  auto o = example();
  std::swap(o.counters->part, o.counters->total);
  const auto e = slo::run_evidence(o, *slo::parse_run_results(whole));
  EXPECT_THAT(e.problem, HasSubstr("there are more events of"));
}

struct broken_case {
  const char* name;
  const char* what;
  const char* instead;
  const char* message;
};
class broken_results : public testing::TestWithParam<broken_case> {};
TEST_P(broken_results, say_what_is_wrong) {
  const auto r = slo::parse_run_results(with(GetParam().what, GetParam().instead));
  ASSERT_TRUE(r.has_error());
  EXPECT_THAT(r.error(), HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    all, broken_results,
    testing::Values(
        broken_case{"no_json", R"({"format")", R"({"format)", "it is no JSON"},
        broken_case{"another_format", "remora-run", "k6", "no result of remora-probe run"},
        broken_case{"a_later_version", R"("version":1)", R"("version":2)",
                    "version 2 is not known"},
        broken_case{"no_end", R"("ended")", R"("ende")", "it has no \"ended\""},
        broken_case{"no_time", "2026-01-31T10:01:00Z", "soon", "\"ended\" is no time"},
        broken_case{"ended_before", "2026-01-31T10:01:00Z", "2025-01-31T10:01:00Z",
                    "before it started"},
        broken_case{"more_ran", R"("ran":9)", R"("ran":11)", "more was run than was scheduled"},
        broken_case{"a_fraction", R"("value":7)", R"("value":7.5)", "no whole number"},
        broken_case{"negative", R"("value":7)", R"("value":-7)", "no whole number"},
        broken_case{"label_no_text", R"("code":"ok")", R"("code":1)", "label \"code\" is no text"},
        broken_case{"labels_no_object", R"({"job":"web"})", "[]", "\"labels\" is no object"},
        broken_case{"metrics_no_names", R"(["requests_total"])", "[1]", "no list of names"},
        broken_case{"counters_no_list", R"("counters":[)", R"("counters":1,"x":[)",
                    "\"counters\" is no list"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(series_matcher, selects_as_prometheus_does) {
  const auto selects = [](const char* query, slo::label_list labels) {
    const auto matcher = slo::series_matcher::compile(slo::parse_metric_query(query)->counter);
    labels.emplace_back("__name__", "x_total");
    return matcher->selects(labels);
  };
  EXPECT_TRUE(selects("x_total", {}));
  EXPECT_FALSE(selects("y_total", {}));
  EXPECT_TRUE(selects(R"(x_total{a="1"})", {{"a", "1"}}));
  EXPECT_FALSE(selects(R"(x_total{a="1"})", {}));
  EXPECT_TRUE(selects(R"(x_total{a=""})", {})) << "what is missing is empty";
  EXPECT_TRUE(selects(R"(x_total{a!="1"})", {}));
  EXPECT_FALSE(selects(R"(x_total{a=~"1"})", {{"a", "12"}})) << "the whole value";
  EXPECT_TRUE(selects(R"(x_total{a=~"1.|9"})", {{"a", "12"}}));
  EXPECT_FALSE(selects(R"(x_total{a!~"1.|9"})", {{"a", "12"}}));
}

TEST(series_matcher, says_which_expression_it_cannot_compile) {
  slo::selector s{"x_total", {{"a", slo::label_matcher::kind::matches, "("}}};
  const auto matcher = slo::series_matcher::compile(s);
  ASSERT_TRUE(matcher.has_error());
  EXPECT_THAT(matcher.error(), HasSubstr("cannot compile \"(\""));
}

}  // namespace
