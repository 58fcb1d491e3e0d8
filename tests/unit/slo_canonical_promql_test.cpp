#include "slo/rules/canonical_promql.hpp"

#include <gtest/gtest.h>

namespace {

using slo::canonical_promql;

struct pair_case {
  const char* name;
  const char* ours;
  const char* prometheus;  ///< the same, as Prometheus 2.42 prints it unless said otherwise
};

class same_expression : public testing::TestWithParam<pair_case> {};

TEST_P(same_expression, has_one_spelling) {
  EXPECT_EQ(canonical_promql(GetParam().ours), canonical_promql(GetParam().prometheus));
}

INSTANTIATE_TEST_SUITE_P(
    promql, same_expression,
    testing::Values(
        pair_case{"white_space", "a{b=\"c\"}\n  / d", "a{b=\"c\"} / d"},
        pair_case{"comments", "a # why\n+ b", "a + b"},
        pair_case{"quotes", R"(a{b='it\'s'})", R"(a{b="it's"})"},
        pair_case{"raw_strings", R"(a{b=~`x\.y`})", R"(a{b=~"x\\.y"})"},
        pair_case{"weeks", "sum_over_time(a[28d])", "sum_over_time(a[4w])"},
        pair_case{"mixed_durations", "a[90m]", "a[1h30m]"},
        pair_case{"subqueries", "a[27d23h59m59s:60m]", "a[27d23h59m59s:1h]"},
        pair_case{"numbers", "a > 1.440e1", "a > 14.4"},
        pair_case{"order_of_conditions", R"(a{c="1",b="2"})", R"(a{b="2",c="1"})"},
        pair_case{"no_conditions", "a{}", "a"},
        pair_case{"by_behind", "sum(rate(a[5m])) by (x, y)", "sum by(x, y) (rate(a[5m]))"},
        pair_case{"nested_by", "max(sum(a) by (x)) without (x)", "max without(x) (sum by(x) (a))"},
        pair_case{"capitals", "SUM(a) BY (x) OR b", "sum by(x) (a) or b"},
        pair_case{"matching", "a / on (x) group_left b", "a / on(x) group_left() b"}),
    [](const auto& info) { return info.param.name; });

class other_expression : public testing::TestWithParam<pair_case> {};

TEST_P(other_expression, has_another_spelling) {
  EXPECT_NE(canonical_promql(GetParam().ours), canonical_promql(GetParam().prometheus));
}

INSTANTIATE_TEST_SUITE_P(
    promql, other_expression,
    testing::Values(pair_case{"factor", "a > 14.4", "a > 14.5"},
                    pair_case{"window", "a[1h]", "a[61m]"},
                    pair_case{"a_duration_is_no_number", "a offset 5s", "a offset 5000"},
                    pair_case{"value", R"(a{b="x y"})", R"(a{b="x  y"})"},
                    pair_case{"operator", R"(a{b="x"})", R"(a{b=~"x"})"},
                    pair_case{"brackets", "(a + b) * c", "a + b * c"},
                    pair_case{"names_in_capitals", "A", "a"},
                    pair_case{"grouping", "sum by (x) (a)", "sum without (x) (a)"}),
    [](const auto& info) { return info.param.name; });

TEST(canonical_promql, survives_what_is_no_promql) {
  for (const char* text : {"", "\"", "'\\", "{", "a{", "sum(", "sum(a) by", "sum(a) by (", "5x",
                           "]", "99999999999999999999d", "a{b=\"", "#", "..", "1e", "()"}) {
    canonical_promql(text);
  }
}

}  // namespace
