// What is read from an application's /metrics, and what is refused: cases of Prometheus' own
// parsers and of the OpenMetrics specification.
#include <gtest/gtest.h>

#include <cmath>

#include "sidecar/merge/label_text.hpp"
#include "sidecar/merge/metrics_parser.hpp"

namespace {

using core::exposition_format;
using sidecar::family_kind;
using sidecar::parse_metrics;

constexpr auto text = exposition_format::text;
constexpr auto openmetrics = exposition_format::openmetrics;

const sidecar::parsed_family* find(const sidecar::parsed_metrics& in, std::string_view name) {
  for (const auto& f : in.families)
    if (f.name == name) return &f;
  return nullptr;
}

TEST(metrics_parser, reads_what_prometheus_reads_in_its_test_of_the_text_format) {
  const auto got = parse_metrics(
      "# HELP go_gc_duration_seconds A summary of the GC invocation durations.\n"
      "# \tTYPE go_gc_duration_seconds summary\n"
      "go_gc_duration_seconds{quantile=\"0\"} 4.9351e-05\n"
      "go_gc_duration_seconds{quantile=\"0.25\",} 7.424100000000001e-05\n"
      "go_gc_duration_seconds{quantile=\"0.5\",a=\"b\"} 8.3835e-05\n"
      "go_gc_duration_seconds{quantile=\"0.8\", a=\"b\"} 8.3835e-05\n"
      "go_gc_duration_seconds{ quantile=\"0.9\", a=\"b\"} 8.3835e-05\n"
      "# Hrandom comment starting with prefix of HELP\n"
      "#\n"
      "wind_speed{A=\"2\",c=\"3\"} 12345\n"
      "# comment with escaped \\n newline\n"
      "# comment with escaped \\ escape character\n"
      "# HELP nohelp1\n"
      "# HELP nohelp2 \n"
      "go_gc_duration_seconds{ quantile=\"1.0\", a=\"b\" } 8.3835e-05\n"
      "go_gc_duration_seconds { quantile=\"2.0\", a=\"b\" } 8.3835e-05\n"
      "go_gc_duration_seconds_count 99\n"
      "some:aggregate:rate5m{a_b=\"c\"}\t1\n"
      "# TYPE go_goroutines gauge\n"
      "go_goroutines 33  \t123123\n"
      "_metric_starting_with_underscore 1\n"
      "testmetric{_label_starting_with_underscore=\"foo\"} 1\n"
      "testmetric{label=\"\\\"bar\\\"\"} 1",
      text);
  ASSERT_FALSE(got.wrong) << got.wrong->line << ": " << got.wrong->what;
  const auto* summary = find(got, "go_gc_duration_seconds");
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->kind, family_kind::summary);
  EXPECT_EQ(summary->count, 8u);
  EXPECT_TRUE(summary->scattered);
  EXPECT_EQ(summary->help, "A summary of the GC invocation durations.");
  const auto* routines = find(got, "go_goroutines");
  ASSERT_TRUE(routines);
  EXPECT_EQ(got.samples[routines->first].value, "33");
  EXPECT_EQ(got.samples[routines->first].timestamp, "123123");
  const auto* test = find(got, "testmetric");
  ASSERT_TRUE(test);
  EXPECT_EQ(sidecar::unescape(got.samples[test->first + 1].labels), "label=\"\"bar\"\"");
  EXPECT_FALSE(find(got, "comment"));
}

TEST(metrics_parser, reads_openmetrics_with_units_created_and_exemplars) {
  const auto got = parse_metrics(
      "# HELP foo_seconds help\n"
      "# TYPE foo_seconds counter\n"
      "# UNIT foo_seconds seconds\n"
      "foo_seconds_total 17.0 # {trace_id=\"abc\"} 5 1520872607.123\n"
      "foo_seconds_created 1520872607.123\n"
      "# TYPE bar histogram\n"
      "bar_bucket{le=\"1.0\"} 1 # {} 0.5\n"
      "bar_bucket{le=\"+Inf\"} 2 1520872607.5 # {a=\"b\"} 3\n"
      "bar_count 2\n"
      "bar_sum 3.5\n"
      "# TYPE build info\n"
      "build_info{version=\"1\"} 1\n"
      "# TYPE level stateset\n"
      "level{level=\"a\"} 1\n"
      "# TYPE waiting gaugehistogram\n"
      "waiting_bucket{le=\"+Inf\"} 4\n"
      "waiting_gcount 4\n"
      "waiting_gsum 9\n"
      "# TYPE ss unknown\n"
      "ss -0.5\n"
      "# EOF\n",
      openmetrics);
  ASSERT_FALSE(got.wrong) << got.wrong->line << ": " << got.wrong->what;
  ASSERT_EQ(got.families.size(), 6u);
  EXPECT_EQ(got.families[0].unit, "seconds");
  EXPECT_EQ(got.families[0].count, 2u);
  EXPECT_EQ(got.samples[0].exemplar, "{trace_id=\"abc\"} 5 1520872607.123");
  EXPECT_EQ(got.samples[3].timestamp, "1520872607.5");
  EXPECT_EQ(got.samples[3].exemplar, "{a=\"b\"} 3");
  const std::vector<std::size_t> counts{2, 4, 1, 1, 3, 1};
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(got.families[i].count, counts[i]) << i;
}

TEST(metrics_parser, a_counter_is_named_without_total_and_one_that_has_none_is_bare) {
  const auto got = parse_metrics(
      "# TYPE a_total counter\na_total 1\n# TYPE b counter\nb 2\n# TYPE c_total gauge\nc_total 3\n",
      text);
  ASSERT_FALSE(got.wrong);
  ASSERT_TRUE(find(got, "a"));
  EXPECT_FALSE(find(got, "a")->bare);
  ASSERT_TRUE(find(got, "b"));
  EXPECT_TRUE(find(got, "b")->bare);
  EXPECT_TRUE(find(got, "c_total"));
}

TEST(metrics_parser, created_gauges_of_the_text_format_belong_to_their_family) {
  const auto got = parse_metrics(
      "# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n"
      "# TYPE a_created gauge\na_created{x=\"1\"} 10\na_created{x=\"2\"} 20\n"
      "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"
      "# TYPE h_created gauge\nh_created 30\n"
      "# TYPE other_created gauge\nother_created 40\n",
      text);
  ASSERT_FALSE(got.wrong);
  std::string order;
  for (const auto& s : got.samples) order += std::string(s.name) + "=" + std::string(s.value) + " ";
  EXPECT_EQ(order,
            "a_total=1 a_created=10 a_total=2 a_created=20 h_bucket=1 h_sum=1 h_count=1 "
            "h_created=30 other_created=40 ");
  EXPECT_EQ(find(got, "a")->count, 4u);
  EXPECT_EQ(find(got, "a_created")->count, 0u);
  EXPECT_EQ(find(got, "h")->count, 4u);
  EXPECT_EQ(find(got, "other_created")->count, 1u);
}

TEST(metrics_parser, created_samples_stand_behind_those_of_their_labels_however_these_are_spelt) {
  const auto order = [](std::string_view body, exposition_format format) {
    const auto got = parse_metrics(body, format);
    std::string out;
    for (const auto& s : got.samples) out += std::string(s.value) + " ";
    return out;
  };
  EXPECT_EQ(
      order("# TYPE a_total counter\na_total{x=\"1\",y=\"\\q\"} 1\na_total{ x = \"2\",} 2\n"
            "# TYPE a_created gauge\na_created{x=\"2\"} 20\na_created{y=\"\\\\q\",x=\"1\"} 10\n",
            text),
      "1 10 2 20 ");
  EXPECT_EQ(order("# TYPE s summary\ns{quantile=\"1\"} 1\ns{quantile=\"2\"} 2\n"
                  "# TYPE s_created gauge\ns_created{quantile=\"1.0\"} 10\ns_created{z=\"\"} 30\n",
                  text),
            "1 10 2 30 ");
  EXPECT_EQ(
      order("# TYPE a counter\na_created{x=\"2\"} 20\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n"
            "a_created{x=\"1\"} 10\na_created{x=\"3\"} 30\n# EOF\n",
            openmetrics),
      "1 10 2 20 30 ");
}

TEST(metrics_parser, a_sample_that_its_family_cannot_have_is_a_family_of_its_own) {
  const auto got = parse_metrics("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh 5\nh 6\n", text);
  ASSERT_FALSE(got.wrong);
  ASSERT_EQ(got.families.size(), 2u);
  EXPECT_EQ(got.families[0].count, 1u);
  EXPECT_EQ(got.families[1].count, 2u);
  EXPECT_EQ(got.families[1].kind, family_kind::unknown);
}

TEST(metrics_parser, a_second_type_changes_nothing_and_is_marked) {
  const auto got =
      parse_metrics("# TYPE a gauge\n# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n", text);
  ASSERT_FALSE(got.wrong);
  EXPECT_EQ(find(got, "a")->kind, family_kind::gauge);
  EXPECT_TRUE(find(got, "a")->retyped);
  EXPECT_FALSE(find(got, "b")->retyped);
}

TEST(metrics_parser, limits_are_kept) {
  EXPECT_TRUE(parse_metrics("a 1\n", text, {4, 1, 1}).wrong == std::nullopt);
  EXPECT_NE(parse_metrics("abc 1\n", text, {4, 1, 1}).wrong->what.find("longer than 4"),
            std::string::npos);
  EXPECT_NE(parse_metrics("a 1\nb 1\n", text, {9, 1, 9}).wrong->what.find("more than 1 families"),
            std::string::npos);
  EXPECT_NE(parse_metrics("a 1\na 1\n", text, {9, 9, 1}).wrong->what.find("more than 1 samples"),
            std::string::npos);
  std::string many = "a{";
  for (int i = 0; i <= sidecar::most_labels; ++i) many += "l" + std::to_string(i) + "=\"\",";
  EXPECT_TRUE(parse_metrics(many + "} 1\n", text).wrong);
}

TEST(metrics_parser, steps_of_any_size_give_the_same) {
  const std::string body = "# TYPE a gauge\na{b=\"c\"} 1\na{b=\"d\"} 2\nz 3\n";
  for (std::size_t step = 1; step < body.size(); ++step) {
    sidecar::metrics_parser parser(body, text);
    while (!parser.advance(step)) {
    }
    const auto got = std::move(parser).take();
    EXPECT_FALSE(got.wrong);
    EXPECT_EQ(got.samples.size(), 3u);
  }
}

struct wrong_body {
  const char* name;
  exposition_format format;
  const char* body;
  std::size_t line;
  const char* what;
};
class metrics_parser_wrong : public ::testing::TestWithParam<wrong_body> {};

TEST_P(metrics_parser_wrong, names_the_line_and_the_fault) {
  const auto& c = GetParam();
  const auto got = parse_metrics(c.body, c.format);
  ASSERT_TRUE(got.wrong);
  EXPECT_EQ(got.wrong->line, c.line) << got.wrong->what;
  EXPECT_NE(got.wrong->what.find(c.what), std::string::npos) << got.wrong->what;
}

INSTANTIATE_TEST_SUITE_P(
    bodies, metrics_parser_wrong,
    ::testing::Values(
        wrong_body{"no_value", text, "a\n", 1, "value is no number"},
        wrong_body{"no_name", text, "ok 1\n 5\n", 2, "name is expected"},
        wrong_body{"no_label_value", text, "a{b=} 1\n", 1, "must be quoted"},
        wrong_body{"single_quotes", text, "a{b='gc'} 1\n", 1, "must be quoted"},
        wrong_body{"open_quote", text, "a{b=\"\\\"} 1\n", 1, "closing quote"},
        wrong_body{"no_equals", text, "a{b} 1\n", 1, "= is expected"},
        wrong_body{"two_commas", text, "a{b=\"c\",,} 1\n", 1, "label's name"},
        wrong_body{"label_twice", text, "a{b=\"c\",b=\"d\"} 1\n", 1, "a label twice"},
        wrong_body{"colon_in_a_label", text, "a{b:c=\"d\"} 1\n", 1, "= is expected"},
        wrong_body{"no_utf8_in_a_label", text, "a{b=\"\x80\"} 1\n", 1, "no UTF-8"},
        wrong_body{"no_utf8_in_help", text, "# HELP a \xff\n", 1, "no UTF-8"},
        wrong_body{"hexadecimal_value", text, "a 0x1p-3\n", 1, "value is no number"},
        wrong_body{"underscores", text, "a 1_2\n", 1, "value is no number"},
        wrong_body{"signed_nan", text, "a -NaN\n", 1, "value is no number"},
        wrong_body{"value_out_of_range", text, "a 1e999\n", 1, "value is no number"},
        wrong_body{"a_timestamp_with_a_fraction", text, "a 1 1.5\n", 1, "whole number"},
        wrong_body{"text_behind_the_timestamp", text, "a 1 2 3\n", 1, "behind the timestamp"},
        wrong_body{"carriage_return", text, "a 1\r\n", 1, "value is no number"},
        wrong_body{"unknown_type", text, "# TYPE a dial\n", 1, "no type"},
        wrong_body{"openmetrics_type_in_text", text, "# TYPE a stateset\n", 1, "no type"},
        wrong_body{"exemplar_in_text", text, "a 1 # {} 1\n", 1, "timestamp"},
        wrong_body{"quoted_name", text, "{\"a.b\"} 1\n", 1, "quoted names"},
        wrong_body{"no_eof", openmetrics, "a 1\n", 2, "# EOF"},
        wrong_body{"empty", openmetrics, "", 1, "# EOF"},
        wrong_body{"text_behind_eof", openmetrics, "# EOF\na 1\n", 2, "behind # EOF"},
        wrong_body{"empty_line", openmetrics, "\n# EOF\n", 1, "empty line"},
        wrong_body{"a_comment", openmetrics, "# hello\n# EOF\n", 1, "comment"},
        wrong_body{"two_spaces", openmetrics, "a  1\n# EOF\n", 1, "value is no number"},
        wrong_body{"a_tab", openmetrics, "a\t1\n# EOF\n", 1, "expected behind the name"},
        wrong_body{"a_leading_space", openmetrics, " a 1\n# EOF\n", 1, "name is expected"},
        wrong_body{"a_space_in_labels", openmetrics, "a{b=\"c\", d=\"e\"} 1\n# EOF\n", 1,
                   "label's name"},
        wrong_body{"untyped", openmetrics, "# TYPE a untyped\n# EOF\n", 1, "no type"},
        wrong_body{"unit_that_is_no_suffix", openmetrics, "# UNIT a_seconds meters\n# EOF\n", 1,
                   "unit"},
        wrong_body{"timestamp_inf", openmetrics, "a 1 Inf\n# EOF\n", 1, "seconds"},
        wrong_body{"exemplar_without_a_value", openmetrics, "a_total 1 # {b=\"c\"}\n# EOF\n", 1,
                   "exemplar"},
        wrong_body{"exemplar_without_labels", openmetrics, "a_total 1 # 5\n# EOF\n", 1, "exemplar"},
        wrong_body{"cut_in_a_line", openmetrics, "a 1\na 2", 2, "within a line"}),
    [](const auto& info) { return std::string(info.param.name); });

struct number {
  const char* name;
  const char* text;
  std::optional<double> value;
};
class metric_number : public ::testing::TestWithParam<number> {};
TEST_P(metric_number, is_read_as_prometheus_reads_it) {
  const auto got = sidecar::parse_metric_number(GetParam().text);
  ASSERT_EQ(got.has_value(), GetParam().value.has_value()) << GetParam().text;
  if (!got) return;
  if (std::isnan(*GetParam().value)) {
    EXPECT_TRUE(std::isnan(*got));
  } else {
    EXPECT_EQ(*got, *GetParam().value);
  }
}
INSTANTIATE_TEST_SUITE_P(
    numbers, metric_number,
    ::testing::Values(
        number{"integer", "12", 12}, number{"plus", "+3.5", 3.5}, number{"minus", "-0.25", -0.25},
        number{"leading_dot", ".5", 0.5}, number{"trailing_dot", "5.", 5.0},
        number{"exponent", "1E-3", 1e-3}, number{"infinity", "+Inf", INFINITY},
        number{"word", "-infinity", -INFINITY}, number{"nan", "nan", NAN},
        number{"underflow", "1e-999", 0.0}, number{"overflow", "-1e999", std::nullopt},
        number{"two_signs", "+-1", std::nullopt}, number{"nothing", "", std::nullopt},
        number{"sign_alone", "-", std::nullopt}, number{"nan_with_text", "nan(1)", std::nullopt},
        number{"hexadecimal", "0x10", std::nullopt}, number{"tail", "1s", std::nullopt}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(metrics_parser, every_prefix_is_read_or_refused_with_its_line) {
  const std::string body =
      "# HELP a_seconds H\\\\ \\\"x\\\".\n# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n"
      "a_seconds_bucket{r=\"a\\\\\\\"b\\n\",le=\"0.5\"} 1 12.5 # {trace_id=\"ab\"} 0.25 12.4\n"
      "a_seconds_bucket{r=\"a\",le=\"+Inf\"} 2\na_seconds_sum{r=\"a\"} NaN\n# EOF\n";
  for (std::size_t n = 0; n <= body.size(); ++n)
    for (const auto format : {text, openmetrics}) {
      const std::string prefix = body.substr(0, n);
      const auto got = parse_metrics(prefix, format);
      const bool whole = format == openmetrics && n + 1 >= body.size();
      if (format == openmetrics) {
        EXPECT_EQ(!got.wrong, whole) << n;
      }
      if (got.wrong) {
        EXPECT_GE(got.wrong->line, 1u);
        EXPECT_FALSE(got.wrong->what.empty());
      }
    }
}

}  // namespace
