#include "core/exposition.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using core::exposition_format;
using core::exposition_writer;
using core::metric_type;

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Write>
std::string text(Write write) {
  exposition_writer out(exposition_format::text);
  write(out);
  return std::move(out).finish();
}

template <class Write>
std::string openmetrics(Write write) {
  exposition_writer out(exposition_format::openmetrics);
  write(out);
  return std::move(out).finish();
}

TEST(exposition_writer, a_counters_family_has_no_total_in_openmetrics_only) {
  const auto write = [](exposition_writer& out) {
    ASSERT_TRUE(out.family("requests_total", "Requests.", metric_type::counter));
    out.counter(R"(route="/a")", 3);
    out.counter("", 1e15);
  };
  EXPECT_EQ(text(write),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"/a\"} 3\n"
            "requests_total 1e+15\n");
  EXPECT_EQ(openmetrics(write),
            "# HELP requests Requests.\n"
            "# TYPE requests counter\n"
            "requests_total{route=\"/a\"} 3\n"
            "requests_total 1e+15\n"
            "# EOF\n");
}

TEST(exposition_writer, a_counter_named_without_total_gets_it) {
  EXPECT_EQ(text([](exposition_writer& out) {
              out.family("requests", "R.", metric_type::counter);
              out.counter("", 1);
            }),
            "# HELP requests_total R.\n# TYPE requests_total counter\nrequests_total 1\n");
}

TEST(exposition_writer, values_are_the_shortest_that_read_back) {
  EXPECT_EQ(openmetrics([](exposition_writer& out) {
              out.family("g", "G.", metric_type::gauge);
              for (const double v : {0.1, -2.5, 1.0 / 3, 0.0, infinity, -infinity,
                                     std::numeric_limits<double>::quiet_NaN()}) {
                out.gauge("", v);
              }
            }),
            "# HELP g G.\n# TYPE g gauge\n"
            "g 0.1\ng -2.5\ng 0.3333333333333333\ng 0\ng +Inf\ng -Inf\ng NaN\n# EOF\n");
}

TEST(exposition_writer, a_histogram_is_cumulative_with_canonical_bounds_in_both_formats) {
  const auto write = [](exposition_writer& out) {
    const double bounds[] = {0.005, 1, 10};
    const std::uint64_t buckets[] = {1, 2, 0, 4};
    out.family("d_seconds", "D.", metric_type::histogram);
    out.histogram(R"(route="/a")", bounds, buckets, 12.5);
    out.histogram("", {}, std::vector<std::uint64_t>{2}, 1);
  };
  const std::string samples =
      "d_seconds_bucket{route=\"/a\",le=\"0.005\"} 1\n"
      "d_seconds_bucket{route=\"/a\",le=\"1.0\"} 3\n"
      "d_seconds_bucket{route=\"/a\",le=\"10.0\"} 3\n"
      "d_seconds_bucket{route=\"/a\",le=\"+Inf\"} 7\n"
      "d_seconds_sum{route=\"/a\"} 12.5\n"
      "d_seconds_count{route=\"/a\"} 7\n"
      "d_seconds_bucket{le=\"+Inf\"} 2\n"
      "d_seconds_sum 1\n"
      "d_seconds_count 2\n";
  const std::string head = "# HELP d_seconds D.\n# TYPE d_seconds histogram\n";
  EXPECT_EQ(text(write), head + samples);
  EXPECT_EQ(openmetrics(write), head + samples + "# EOF\n");
}

TEST(exposition_writer, help_escapes_quotes_in_openmetrics_only) {
  const auto write = [](exposition_writer& out) {
    out.family("g", "a \"b\" \\ c\nd", metric_type::gauge);
  };
  EXPECT_EQ(text(write), "# HELP g a \"b\" \\\\ c\\nd\n# TYPE g gauge\n");
  EXPECT_EQ(openmetrics(write), "# HELP g a \\\"b\\\" \\\\ c\\nd\n# TYPE g gauge\n# EOF\n");
}

TEST(exposition_writer, a_family_twice_is_refused_and_reported) {
  exposition_writer out(exposition_format::text);
  EXPECT_TRUE(out.family("a_total", "A.", metric_type::counter));
  EXPECT_FALSE(out.family("a_total", "A.", metric_type::counter));
  EXPECT_FALSE(out.family("a", "A.", metric_type::gauge));
  EXPECT_TRUE(out.family("b", "B.", metric_type::gauge));
  EXPECT_EQ(out.duplicates(), (std::vector<std::string>{"a", "a"}));
}

TEST(exposition_writer, exemplars_are_for_openmetrics) {
  const auto write = [](exposition_writer& out) {
    const core::exemplar e{R"(trace_id="0af7")", 0.25, 1790000000.1234};
    const core::exemplar timeless{R"(trace_id="0af7")", 1, 0};
    const core::exemplar too_long{"trace_id=\"" + std::string(130, 'a') + "\"", 1, 0};
    out.family("a_total", "A.", metric_type::counter);
    out.counter("", 2, &e);
    out.counter("", 3, &timeless);
    out.counter("", 4, &too_long);
  };
  EXPECT_EQ(openmetrics(write),
            "# HELP a A.\n# TYPE a counter\n"
            "a_total 2 # {trace_id=\"0af7\"} 0.25 1790000000.123\n"
            "a_total 3 # {trace_id=\"0af7\"} 1\n"
            "a_total 4\n# EOF\n");
  EXPECT_EQ(text(write),
            "# HELP a_total A.\n# TYPE a_total counter\na_total 2\na_total 3\na_total 4\n");
}

TEST(exposition_writer, types_of_other_sources_are_named_by_format) {
  const auto write = [](exposition_writer& out) {
    out.family("s", "S.", metric_type::summary);
    out.raw("", R"(quantile="0.5")", 1);
    out.raw("_count", "", 2);
    out.family("u", "U.", metric_type::unknown);
    out.raw("", "", 3);
  };
  EXPECT_EQ(text(write),
            "# HELP s S.\n# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_count 2\n"
            "# HELP u U.\n# TYPE u untyped\nu 3\n");
  EXPECT_NE(openmetrics(write).find("# TYPE u unknown\n"), std::string::npos);
}

TEST(render_labels, escapes_values) {
  const std::pair<std::string_view, std::string_view> labels[] = {{"a", "x\"y\\z\n"}, {"b", ""}};
  EXPECT_EQ(core::render_labels(labels), R"(a="x\"y\\z\n",b="")");
  EXPECT_EQ(core::render_labels({}), "");
}

TEST(canonical_number, is_what_go_and_python_write) {
  EXPECT_EQ(core::canonical_number(0), "0.0");
  EXPECT_EQ(core::canonical_number(1), "1.0");
  EXPECT_EQ(core::canonical_number(2.5), "2.5");
  EXPECT_EQ(core::canonical_number(0.0001), "0.0001");
  EXPECT_EQ(core::canonical_number(100000), "100000.0");
  EXPECT_EQ(core::canonical_number(1e6), "1e+06");
  EXPECT_EQ(core::canonical_number(infinity), "+Inf");
}

struct accept_case {
  const char* name;
  const char* accept;
  exposition_format format;
};

class accept_header : public testing::TestWithParam<accept_case> {};

TEST_P(accept_header, chooses_the_format) {
  EXPECT_EQ(core::negotiate_exposition(GetParam().accept), GetParam().format);
}

constexpr auto plain = exposition_format::text;
constexpr auto open = exposition_format::openmetrics;

INSTANTIATE_TEST_SUITE_P(
    cases, accept_header,
    testing::Values(
        accept_case{"none", "", plain}, accept_case{"anything", "*/*", plain},
        accept_case{"browser", "text/html,application/xhtml+xml,*/*;q=0.8", plain},
        accept_case{"openmetrics", "application/openmetrics-text", open},
        accept_case{"with_version", "application/openmetrics-text; version=1.0.0", open},
        accept_case{"quoted_version", "Application/OpenMetrics-Text;Version=\"1.0.0\"", open},
        accept_case{"old_version", "application/openmetrics-text;version=0.0.1", plain},
        accept_case{"prometheus_2",
                    "application/openmetrics-text;version=1.0.0,"
                    "application/openmetrics-text;version=0.0.1;q=0.75,"
                    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                    open},
        accept_case{"prometheus_3",
                    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    "application/openmetrics-text;version=0.0.1;q=0.5,"
                    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                    open},
        accept_case{"prometheus_text_only",
                    "text/plain;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.2",
                    plain},
        accept_case{"text_preferred",
                    "application/openmetrics-text;q=0.4, text/plain;version=0.0.4;q=0.5", plain},
        accept_case{"text_preferred_by_wildcard", "application/openmetrics-text;q=0.4, text/*",
                    plain},
        accept_case{"named_text_beats_its_wildcard",
                    "application/openmetrics-text;q=0.4, text/plain;q=0.3, */*;q=0.9", open},
        accept_case{"tie", "text/plain,application/openmetrics-text", open},
        accept_case{"refused", "application/openmetrics-text;q=0", plain},
        accept_case{"refused_long", "application/openmetrics-text;q=0.000", plain},
        accept_case{"malformed_quality", "application/openmetrics-text;q=high", plain},
        accept_case{"separators_only", ";,;;q=,=", plain}),
    [](const auto& info) { return info.param.name; });

TEST(accept_header, content_types) {
  EXPECT_STREQ(core::content_type(plain), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_STREQ(core::content_type(open),
               "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

TEST(exposition, a_guest_is_written_last_and_may_add_to_what_is_there) {
  core::exposition all;
  all.set_guest(std::make_shared<core::function_source>([](exposition_writer& out) {
    ASSERT_EQ(out.sections().size(), 2u);
    EXPECT_EQ(out.sections()[0].name, "first");
    EXPECT_EQ(out.sections()[0].type, metric_type::counter);
    EXPECT_EQ(out.text(1), "# HELP second B.\n# TYPE second gauge\nsecond 2\n");
    out.join(0, "first_total{a=\"b\"} 3\n");
    out.join(1, "second{a=\"b\"} 4\n");
    out.join(0, "first_total{a=\"c\"} 5\n");
    out.append("third 6\n");
  }));
  all.add(std::make_shared<core::function_source>([](exposition_writer& out) {
    out.family("first_total", "A.", metric_type::counter);
    out.counter("", 1);
    out.family("second", "B.", metric_type::gauge);
    out.gauge("", 2);
    EXPECT_FALSE(out.family("second", "B.", metric_type::gauge));
  }));
  EXPECT_EQ(all.render(exposition_format::text),
            "# HELP first_total A.\n# TYPE first_total counter\nfirst_total 1\n"
            "first_total{a=\"b\"} 3\nfirst_total{a=\"c\"} 5\n"
            "# HELP second B.\n# TYPE second gauge\nsecond 2\nsecond{a=\"b\"} 4\nthird 6\n");
}

}  // namespace
