// How families of several programs become one exposition: names, types, series, formats.
#include <gtest/gtest.h>

#include "sidecar/merge/family_writer.hpp"

namespace {

using core::exposition_format;
using core::metric_type;

constexpr auto text = exposition_format::text;
constexpr auto openmetrics = exposition_format::openmetrics;

/// Sources and our own families, merged.
struct merging {
  struct one {
    std::string name;
    sidecar::parsed_metrics metrics;
    sidecar::extra_labels extra;
    std::size_t limit;
  };
  explicit merging(exposition_format to) : out(to) {}

  void source(std::string name, exposition_format format, std::string body,
              sidecar::extra_labels extra = {}, std::size_t limit = 1000) {
    bodies.push_back(std::make_unique<std::string>(std::move(body)));
    auto metrics = sidecar::parse_metrics(*bodies.back(), format);
    ASSERT_FALSE(metrics.wrong) << metrics.wrong->what;
    sources.push_back({std::move(name), std::move(metrics), std::move(extra), limit});
  }
  std::string finish() {
    const std::string_view reserved[] = {"remora_merge_up"};
    sidecar::merge_plan plan(out, reserved);
    std::vector<exposition_format> formats;
    for (const auto& s : sources) {
      plan.add({s.name, &s.metrics, s.extra, s.limit});
      formats.push_back(s.metrics.format);
    }
    results = plan.results();
    const sidecar::family_writer writer(plan, formats, out.format());
    for (const auto& family : plan.families()) {
      if (family.pieces.empty()) continue;
      if (family.own)
        out.join(*family.own, writer.lines(family));
      else
        out.append(writer.lines(family));
      out.append(writer.apart(family));
    }
    return std::move(out).finish();
  }
  core::exposition_writer out;
  std::vector<std::unique_ptr<std::string>> bodies;
  std::vector<one> sources;
  std::vector<sidecar::merge_result> results;
};

TEST(merge_plan, text_becomes_openmetrics) {
  merging m(openmetrics);
  m.source("app", text,
           "# HELP jobs_total Say \"hi\".\\nTwice.\n# TYPE jobs_total counter\n"
           "jobs_total{ a=\"b\", } 3 1500\n"
           "# TYPE old counter\nold .5\n"
           "# TYPE wait_seconds histogram\nwait_seconds_bucket{le=\"1\"} 1\n"
           "wait_seconds_bucket{le=\"+Inf\"} 2\nwait_seconds_sum 3\nwait_seconds_count 2\n"
           "# TYPE wait_seconds_created gauge\nwait_seconds_created 7\n"
           "loose inf\n");
  EXPECT_EQ(m.finish(),
            "# HELP jobs Say \\\"hi\\\".\\nTwice.\n# TYPE jobs counter\n"
            "jobs_total{a=\"b\"} 3 1.500\n"
            "# TYPE old unknown\nold 0.5\n"
            "# TYPE wait_seconds histogram\nwait_seconds_bucket{le=\"1.0\"} 1\n"
            "wait_seconds_bucket{le=\"+Inf\"} 2\nwait_seconds_sum 3\nwait_seconds_count 2\n"
            "wait_seconds_created 7\n"
            "# TYPE loose unknown\nloose +Inf\n# EOF\n");
  EXPECT_EQ(m.results[0].samples, 8u);
  EXPECT_TRUE(m.results[0].conflicts.empty());
}

TEST(merge_plan, quotes_in_help_are_escaped_in_openmetrics_only) {
  const auto written = [](exposition_format from, exposition_format to, std::string help) {
    merging m(to);
    const bool ends = from == openmetrics;
    m.source("app", from, "# HELP a " + help + "\n# TYPE a gauge\na 1\n" + (ends ? "# EOF\n" : ""));
    const auto text = m.finish();
    return text.substr(9, text.find('\n') - 9);
  };
  EXPECT_EQ(written(text, openmetrics, R"("x" \\ \")"), R"(\"x\" \\ \\\")");
  EXPECT_EQ(written(openmetrics, text, R"(\"x\" \\ \n)"), R"("x" \\ \n)");
  EXPECT_EQ(written(openmetrics, openmetrics, R"("x" \"y\")"), R"(\"x\" \"y\")");
  EXPECT_EQ(written(text, text, R"("x" \\ \")"), R"("x" \\ \\")");
}

TEST(merge_plan, openmetrics_becomes_text) {
  merging m(text);
  m.source("app", openmetrics,
           "# HELP jobs Say \\\"hi\\\".\n# TYPE jobs counter\n"
           "jobs_total{a=\"b\"} 3 1.5 # {trace_id=\"x\"} 1\njobs_created{a=\"b\"} 12.5\n"
           "# TYPE size_bytes gauge\n# UNIT size_bytes bytes\nsize_bytes 4\n"
           "# TYPE build info\nbuild_info{v=\"1\"} 1\n"
           "# TYPE queue gaugehistogram\nqueue_bucket{le=\"+Inf\"} 4\nqueue_gcount 4\n"
           "queue_gsum 9\n"
           "# TYPE mode stateset\nmode{mode=\"a\"} 1\n# TYPE what unknown\nwhat 1\n# EOF\n");
  EXPECT_EQ(m.finish(),
            "# HELP jobs_total Say \"hi\".\n# TYPE jobs_total counter\n"
            "jobs_total{a=\"b\"} 3 1500\n"
            "# TYPE jobs_created gauge\njobs_created{a=\"b\"} 12.5\n"
            "# TYPE size_bytes gauge\nsize_bytes 4\n"
            "# TYPE build_info gauge\nbuild_info{v=\"1\"} 1\n"
            "# TYPE queue histogram\nqueue_bucket{le=\"+Inf\"} 4\n"
            "# TYPE queue_gsum gauge\nqueue_gsum 9\n# TYPE queue_gcount gauge\nqueue_gcount 4\n"
            "# TYPE mode gauge\nmode{mode=\"a\"} 1\n# TYPE what untyped\nwhat 1\n");
}

TEST(merge_plan, exemplars_are_kept_where_openmetrics_allows_them) {
  merging m(openmetrics);
  const std::string longest(120, 'x');
  m.source("app", openmetrics,
           "# TYPE a counter\na_total 3 # {trace_id=\"" + longest +
               "\"} 1 2.5\n# TYPE b counter\nb_total 3 # {trace_id=\"x" + longest +
               "\"} 1\n# TYPE c gauge\nc 1 # {x=\"y\"} 1\n# EOF\n");
  EXPECT_EQ(m.finish(), "# TYPE a counter\na_total 3 # {trace_id=\"" + longest +
                            "\"} 1 2.5\n# TYPE b counter\nb_total 3\n# TYPE c gauge\nc 1\n# EOF\n");
}

TEST(merge_plan, a_family_of_ours_takes_series_of_its_type_and_no_series_twice) {
  merging m(text);
  m.out.family("process_open_fds", "Ours.", metric_type::gauge);
  m.out.gauge("", 5);
  m.out.family("requests_total", "Ours.", metric_type::counter);
  m.out.counter("a=\"1\",b=\"2\"", 7);
  m.out.family("last", "L.", metric_type::gauge);
  m.out.gauge("", 1);
  m.source("app", text,
           "# TYPE process_open_fds gauge\nprocess_open_fds 9\n"
           "# TYPE requests_total counter\nrequests_total{b=\"2\",a=\"1\"} 1\n"
           "requests_total{a=\"1\"} 2\n");
  EXPECT_EQ(m.finish(),
            "# HELP process_open_fds Ours.\n# TYPE process_open_fds gauge\nprocess_open_fds 5\n"
            "# HELP requests_total Ours.\n# TYPE requests_total counter\n"
            "requests_total{a=\"1\",b=\"2\"} 7\nrequests_total{a=\"1\"} 2\n"
            "# HELP last L.\n# TYPE last gauge\nlast 1\n");
  const auto& r = m.results[0];
  EXPECT_EQ(r.samples, 1u);
  EXPECT_EQ(r.dropped[static_cast<std::size_t>(sidecar::merge_drop::duplicate)], 2u);
  ASSERT_EQ(r.conflicts.size(), 2u);
  EXPECT_EQ(r.conflicts[0].family, "process_open_fds");
  EXPECT_EQ(r.conflicts[0].with, "remora");
}

TEST(merge_plan, a_label_of_the_source_makes_its_series_its_own) {
  merging m(text);
  m.out.family("up_time", "Ours.", metric_type::gauge);
  m.out.gauge("", 5);
  m.source("app", text, "# TYPE up_time gauge\nup_time 9\nup_time{job=\"x\"} 8\n",
           {"job=\"app\"", {"job"}});
  EXPECT_EQ(m.finish(),
            "# HELP up_time Ours.\n# TYPE up_time gauge\nup_time 5\nup_time{job=\"app\"} 9\n"
            "up_time{job=\"app\",exported_job=\"x\"} 8\n");
  EXPECT_TRUE(m.results[0].conflicts.empty());
}

TEST(merge_plan, two_sources_share_a_family) {
  merging m(openmetrics);
  m.source("a", text, "# HELP g One.\n# TYPE g gauge\ng{x=\"1\"} 1\n");
  m.source("b", openmetrics, "# HELP g Two.\n# TYPE g gauge\ng{x=\"1\"} 2\ng{x=\"2\"} 3\n# EOF\n");
  EXPECT_EQ(m.finish(), "# HELP g One.\n# TYPE g gauge\ng{x=\"1\"} 1\ng{x=\"2\"} 3\n# EOF\n");
  EXPECT_EQ(m.results[1].conflicts[0].with, "a");
}

TEST(merge_plan, a_family_that_comes_in_pieces_is_one_and_its_doubles_go) {
  merging m(text);
  m.source("app", text, "# TYPE a gauge\na 1\nb 1\na 2\na{x=\"y\"} 3\n");
  EXPECT_EQ(m.finish(), "# TYPE a gauge\na 1\na{x=\"y\"} 3\n# TYPE b untyped\nb 1\n");
}

struct clash {
  const char* name;
  const char* first;
  const char* second;
};
class merge_plan_clash : public ::testing::TestWithParam<clash> {};
TEST_P(merge_plan_clash, the_later_family_is_left_out_and_named) {
  for (const auto to : {text, openmetrics}) {
    merging m(to);
    m.source("one", text, GetParam().first);
    m.source("two", text, GetParam().second);
    merging alone(to);
    alone.source("one", text, GetParam().first);
    EXPECT_EQ(m.finish(), alone.finish());
    const auto& r = m.results[1];
    EXPECT_EQ(r.samples, 0u);
    EXPECT_GT(r.dropped[static_cast<std::size_t>(sidecar::merge_drop::conflict)], 0u);
    ASSERT_EQ(r.conflicts.size(), 1u);
    EXPECT_EQ(r.conflicts[0].with, "one");
    EXPECT_FALSE(r.conflicts[0].what.empty());
  }
}
INSTANTIATE_TEST_SUITE_P(
    names, merge_plan_clash,
    ::testing::Values(
        clash{"types", "# TYPE a gauge\na 1\n", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\n"},
        clash{"counter_and_gauge", "# TYPE a_total counter\na_total 1\n", "# TYPE a gauge\na 1\n"},
        clash{"gauge_and_counter", "# TYPE a gauge\na 1\n", "# TYPE a_total counter\na_total 1\n"},
        clash{"total_of_a_counter", "# TYPE a_total counter\na_total 1\n",
              "# TYPE a_total gauge\na_total 1\n"},
        clash{"created_of_a_counter", "# TYPE a_total counter\na_total 1\n",
              "# TYPE a_created gauge\na_created 1\n"},
        clash{"count_of_a_histogram", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\n",
              "# TYPE a_count gauge\na_count 1\n"},
        clash{"histogram_over_a_count", "# TYPE a_count gauge\na_count 1\n",
              "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\n"},
        clash{"sum_of_a_summary", "# TYPE a summary\na_sum 1\na_count 1\n", "a_sum 5\n"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(merge_plan, names_that_are_going_to_be_written_are_taken) {
  merging m(text);
  m.source("app", text, "# TYPE remora_merge_up gauge\nremora_merge_up 1\n");
  EXPECT_EQ(m.finish(), "");
  EXPECT_EQ(m.results[0].conflicts[0].with, "remora");
}

TEST(merge_plan, beyond_the_limit_the_rest_is_dropped_and_no_histogram_cut) {
  merging m(text);
  m.source("app", text,
           "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 2\n# TYPE h histogram\n"
           "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n# TYPE z gauge\nz 1\n",
           {}, 3);
  EXPECT_EQ(m.finish(), "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 2\n");
  EXPECT_EQ(m.results[0].dropped[static_cast<std::size_t>(sidecar::merge_drop::limit)], 4u);
}

TEST(merge_plan, what_was_merged_reads_back_and_merges_to_itself) {
  const std::string body =
      "# HELP jobs Say \\\"hi\\\" \\\\.\n# TYPE jobs counter\njobs_total{a=\"b\\\"\\n\"} 3 1.500\n"
      "jobs_created{a=\"b\\\"\\n\"} 12.5\n# TYPE s_seconds summary\n# UNIT s_seconds seconds\n"
      "s_seconds{quantile=\"0.5\"} NaN\ns_seconds_sum 1\ns_seconds_count 1\n# EOF\n";
  merging m(openmetrics);
  m.source("app", openmetrics, body);
  EXPECT_EQ(m.finish(), body);
  merging to_text(text);
  to_text.source("app", openmetrics, body);
  merging back(openmetrics);
  back.source("app", text, to_text.finish());
  std::string without_unit = body;
  without_unit.erase(without_unit.find("# UNIT"), std::string("# UNIT s_seconds seconds\n").size());
  EXPECT_EQ(back.finish(), without_unit);
}

}  // namespace
