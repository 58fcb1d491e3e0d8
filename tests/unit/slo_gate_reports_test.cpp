// The gate's reports against golden files, and what must hold of any report. After a wanted change:
// REMORA_WRITE_GOLDEN=1 build/bin/unit_slo --gtest_filter='gate_report*golden*'
#include "slo/gate/reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/file_io.hpp"
#include "slo/gate/run_gate.hpp"
#include "tests/unit/slo_gate_example.hpp"

namespace {

using slo::tests::gate_evidence;
using slo::tests::named;
using testing::HasSubstr;
using testing::Not;

/// What breaks a report that does not escape.
const std::string nasty =
    "<script>alert(1)</script> & \"quoted\" | `tick` [link](http://evil.test) @all \x01 \xff ]]> "
    "-->\nnext";

const std::string first_trace(32, 'b');
const std::string second_trace(32, 'c');

/// One objective of each verdict, a composite of two of them, and one without events.
slo::gate_result example() {
  std::vector<slo::objective> objectives{named("held"), named("open"), named("broken"),
                                         named("both"), named("cpu")};
  objectives[3].counters.reset();
  objectives[3].members = {{"held", {1, 0}}, {"open", {1, 0}}};
  objectives[4].counters.reset();
  objectives[4].sli = slo::threshold_metric{};
  auto r = slo::decide(objectives,
                       {gate_evidence(1000, 0), gate_evidence(200, 1), gate_evidence(500, 40),
                        gate_evidence(0, 0), gate_evidence(0, 0)},
                       {});
  r.lines[2].failures = {
      {"shop read: app/status", "status is 500", 38, {first_trace, second_trace}},
      {"shop list: network/timed_out", nasty, 2, {}}};
  return r;
}

slo::gate_result overridden() {
  auto r = slo::decide({named("web")}, {gate_evidence(1000, 0)}, {});
  slo::apply_freeze(r,
                    {{{"web", -0.5, ""}, {"api", {}, "no data"}}, "fixes the outage | " + nasty});
  return r;
}

slo::gate_result compared() {
  slo::gate_rules rules;
  rules.margin = 0.005;
  rules.method = slo::gate_method::fixed;
  return slo::decide({named("web"), named("slow")},
                     {gate_evidence(10'000, 300), gate_evidence(10'000, 20)}, rules,
                     {gate_evidence(8000, 80), gate_evidence(8000, 15)});
}

void compare_with_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(REMORA_SOURCE_DIR) + "/tests/unit/golden/" + name;
  if (std::getenv("REMORA_WRITE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  const auto golden = core::contents(path);
  ASSERT_TRUE(golden) << path;
  EXPECT_EQ(actual, *golden) << path;
}

struct report_case {
  const char* name;
  slo::gate_result (*make)();
};
class gate_report : public testing::TestWithParam<report_case> {
 protected:
  slo::gate_result result() const { return GetParam().make(); }
  std::string file(const char* ending) const {
    return std::string("slo_gate_") + GetParam().name + ending;
  }
};

TEST_P(gate_report, golden_text) {
  compare_with_golden(file(".txt"), gate_text(result()));
}
TEST_P(gate_report, golden_json) {
  compare_with_golden(file(".json"), gate_json(result()) + "\n");
}
TEST_P(gate_report, golden_junit) {
  compare_with_golden(file(".junit.xml"), gate_junit(result(), "build-7"));
}
TEST_P(gate_report, golden_markdown) {
  compare_with_golden(file(".md"), gate_markdown(result()));
}

TEST_P(gate_report, json_and_xml_can_be_read_and_say_the_same) {
  const auto r = result();
  const auto json = boost::json::parse(gate_json(r));
  EXPECT_EQ(json.at("exit_code").as_int64(), r.exit_code());
  EXPECT_EQ(json.at("objectives").as_array().size(), r.lines.size());
  std::istringstream in(gate_junit(r, "host"));
  boost::property_tree::ptree xml;
  boost::property_tree::read_xml(in, xml);
  const auto& suite = xml.get_child("testsuites.testsuite");
  int tests = 0, bad = 0;
  for (const auto& [element, one] : suite) {
    if (element != "testcase") continue;
    ++tests;
    bad += static_cast<int>(one.count("failure") + one.count("error"));
  }
  EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), tests);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures") + suite.get<int>("<xmlattr>.errors"), bad);
  EXPECT_EQ(bad == 0, r.exit_code() == 0);
}

TEST_P(gate_report, what_a_server_said_is_no_markup) {
  const auto markdown = gate_markdown(result());
  for (const char* raw : {"<script", "@all", "](http"})
    EXPECT_THAT(markdown, Not(HasSubstr(std::string(" ") + raw))) << raw;
  EXPECT_EQ(gate_text(result()).find('\x01'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(of, gate_report,
                         testing::Values(report_case{"kinds", example},
                                         report_case{"override", overridden},
                                         report_case{"baseline", compared}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(gate_markdown, is_never_longer_than_a_comment_may_be) {
  auto r = example();
  for (int i = 0; i < 2000; ++i) r.lines[2].failures.push_back(r.lines[2].failures[0]);
  const auto text = gate_markdown(r);
  EXPECT_LE(text.size(), 61'000u);
  EXPECT_THAT(text, HasSubstr("_The rest does not fit into a comment._"));
}

/// Results of a run with a failure of two scenarios, one of which the objective counts.
slo::run_results two_scenarios() {
  slo::run_results r;
  r.to = 60'000;
  r.scheduled = r.ran = 1000;
  r.metrics = {"requests_total"};
  r.labels = {{"job", "web"}};
  r.series = {{{{"__name__", "requests_total"}, {"code", "ok"}, {"scenario", "shop"}}, 900},
              {{{"__name__", "requests_total"}, {"code", "failed"}, {"scenario", "shop"}}, 100},
              {{{"__name__", "requests_total"}, {"code", "odd"}, {"scenario", "other"}}, 7}};
  r.failures = {{"shop", "read", "app", "status", "500", 100, {first_trace}},
                {"other", "read", "app", "status", "500", 7, {second_trace}}};
  return r;
}

TEST(gate_of_a_run, shows_the_failures_that_the_objective_counts) {
  const auto r = slo::judge_run({named("web")}, two_scenarios(), {});
  EXPECT_EQ(r.exit_code(), 1);
  ASSERT_EQ(r.lines[0].failures.size(), 1u);
  EXPECT_EQ(r.lines[0].failures[0].what, "shop read: app/status");
  EXPECT_EQ(r.lines[0].failures[0].traces, std::vector{first_trace});
  EXPECT_THAT(gate_text(r), HasSubstr("trace " + first_trace));
}

TEST(gate_of_a_run, stands_beside_another_run) {
  const auto results = two_scenarios();
  const auto r = slo::judge_run({named("web")}, results, {}, &results);
  EXPECT_EQ(r.lines[0].by, slo::judged_by::baseline);
  EXPECT_EQ(r.lines[0].baseline->counts.bad, 100);
}

}  // namespace
