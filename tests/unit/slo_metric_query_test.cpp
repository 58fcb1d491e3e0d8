#include "slo/model/query_text.hpp"

#include <gtest/gtest.h>

namespace {

using slo::parse_metric_query;

std::string counter_of(std::string_view query) {
  const auto parsed = parse_metric_query(query);
  return parsed.has_value() ? parsed->counter.to_string() : "problem: " + parsed.error().what;
}

struct form {
  const char* name;
  const char* query;
  const char* counter;
  bool windowed;
};

class metric_query_forms : public testing::TestWithParam<form> {};

TEST_P(metric_query_forms, are_followed_to_their_counter) {
  const auto parsed = parse_metric_query(GetParam().query);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().what;
  EXPECT_EQ(parsed->counter.to_string(), GetParam().counter);
  EXPECT_EQ(parsed->windowed, GetParam().windowed);
}

INSTANTIATE_TEST_SUITE_P(
    metric_query, metric_query_forms,
    testing::Values(form{"plain_name", "requests_total", "requests_total", false},
                    form{"selector", R"(a:b{x="1", y=~"2|3",})", R"(a:b{x="1",y=~"2|3"})", false},
                    form{"sum_of_selector", "sum ( a{x!=\"1\"} )", R"(a{x!="1"})", false},
                    form{"rate", "rate(a[{{.window}}])", "a", true},
                    form{"sum_of_rate", "sum(rate(a{x!~'1'}[{{ .window }}]))", R"(a{x!~"1"})",
                         true},
                    form{"sum_of_increase", "sum(increase(a[{{.window}}]))", "a", true},
                    form{"name_in_braces", R"({__name__="a",b="c"})", R"(a{b="c"})", false},
                    form{"a_metric_called_sum", R"(sum{a="b"})", R"(sum{a="b"})", false},
                    form{"escapes", R"(a{b="\"\\\n"})", R"(a{b="\"\\\n"})", false},
                    form{"raw_string", R"(a{b=~`\d`})", R"(a{b=~"\\d"})", false}),
    [](const auto& info) { return info.param.name; });

TEST(metric_query, refuses_what_could_only_be_approximated) {
  EXPECT_EQ(counter_of("avg(rate(a[{{.window}}]))"), "problem: `avg(…)` can only be approximated");
  EXPECT_EQ(counter_of("histogram_quantile(0.9, a)"),
            "problem: `histogram_quantile(…)` can only be approximated");
  EXPECT_EQ(counter_of("a - b"), "problem: only one selector can be followed to its counter");
  EXPECT_EQ(counter_of("sum without (x) (a)"),
            "problem: `without` cannot be followed to a counter");
  EXPECT_EQ(counter_of("sum(a) without (x)"), "problem: `without` cannot be followed to a counter");
  EXPECT_EQ(counter_of("sum by (x) (a) by (y)"),
            "problem: only one selector can be followed to its counter");
  EXPECT_EQ(counter_of("sum by (x a) (a)"), "problem: the labels are not closed");
  EXPECT_EQ(counter_of("sum(rate(a[5m]))"),
            "problem: the range is not the window of the objective");
  EXPECT_EQ(counter_of(R"({__name__="a b"})"), "problem: the selector names no metric");
  EXPECT_EQ(counter_of(R"({x="y"})"), "problem: the selector names no metric");
}

TEST(metric_query, knows_the_labels_that_a_sum_keeps) {
  for (const char* query : {"sum by (b, a) (rate(x[{{.window}}]))",
                            "sum(rate(x[{{.window}}])) by (a,b,)", "sum by(a,b,a)(x)"}) {
    const auto parsed = parse_metric_query(query);
    ASSERT_TRUE(parsed.has_value()) << query << ": " << parsed.error().what;
    EXPECT_EQ(parsed->counter.to_string(), "x") << query;
    EXPECT_EQ(parsed->grouping, (std::vector<std::string>{"a", "b"})) << query;
  }
  EXPECT_TRUE(parse_metric_query("sum by () (x)")->grouping.empty());
}

TEST(query_text, is_closed_and_has_one_placeholder) {
  using slo::check_query_text;
  for (const char* good :
       {"a", "1 - (sum(a{b=\"}\"}[{{ .window }}]) / b)", "a # (comment\n+ b", R"(a{b=~`\`})"}) {
    EXPECT_FALSE(check_query_text(good)) << good;
  }
  const auto at = [](const char* text) {
    const auto problem = check_query_text(text);
    return problem ? std::to_string(problem->offset) + ": " + problem->what : "nothing";
  };
  EXPECT_EQ(at(" \n"), "0: there is no query");
  EXPECT_EQ(at("sum(a"), "3: a bracket is not closed");
  EXPECT_EQ(at("sum(a]"), "5: there is a ] too many");
  EXPECT_EQ(at("a)"), "1: there is a ) too many");
  EXPECT_EQ(at("a{b=\"c}"), "4: a quote is not closed");
  EXPECT_EQ(at("a[{{.range}}]"), "2: there is no such placeholder");
}

TEST(metric_query, says_where_the_problem_is) {
  const auto parsed = parse_metric_query(R"(requests{code=ok})");
  ASSERT_TRUE(parsed.has_error());
  EXPECT_EQ(parsed.error().offset, 14u);
  EXPECT_EQ(parsed.error().expected, "\"value\"");
}

TEST(metric_query, no_prefix_of_a_query_is_read_as_the_whole) {
  const std::string query =
      R"(sum(rate(requests_total{job="web",code=~"ok|failed"}[{{.window}}])))";
  // Up to "sum", a prefix is the name of a metric.
  for (std::size_t n = 4; n < query.size(); ++n) {
    EXPECT_TRUE(parse_metric_query(query.substr(0, n)).has_error()) << query.substr(0, n);
  }
  EXPECT_TRUE(parse_metric_query(query).has_value());
}

}  // namespace
