// The reports of one run against golden files, and what must hold of any report. After a wanted
// change: REMORA_WRITE_GOLDEN=1 build/tests/unit/unit_probe --gtest_filter='*golden*'
#include "probe/report/reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/file_io.hpp"
#include "core/page_template.hpp"
#include "tests/unit/probe_runs.hpp"
#include "tests/unit/slo_example.hpp"

namespace {

using namespace std::chrono_literals;
using namespace probe::tests;
using testing::HasSubstr;
using testing::Not;

/// What breaks a report that does not escape: markup, Markdown, control characters, no UTF-8.
const std::string nasty =
    "<script>alert(1)</script> & \"quoted\" 'single' | `tick` [link](http://evil.test) @all \x01 "
    "\xff "
    "{{body}} ]]> -->\nnext";

/// Ten runs of `path`, three of them failed in two ways, one of `other` missed, on a fixed day.
probe::run_summary example() {
  const core::wall_clock wall;
  const auto start = core::now();
  probe::run_recorder recorder(wall, start);
  const auto path = path_scenario();
  recorder.expect(*path);
  recorder.expect(*path_scenario("other"));
  for (int i = 0; i < 7; ++i) recorder.note(passed_run(path, start + i * 100ms, 20ms + i * 2ms));
  recorder.note(failed_run(path, start + 700ms));
  recorder.note(failed_run(path, start + 800ms, nasty));
  recorder.note(failed_run(path, start + 900ms, "wait: timed_out",
                           {probe::place_of_failure::unknown, probe::failure_reason::timed_out},
                           'c'));
  recorder.note({{"path", ledger_of(10)}, {"other", ledger_of(0, 1)}}, start + 950ms);
  probe::run_metrics none;
  recorder.close(start + 1s, false, none);
  auto s = recorder.summary();
  s.program_version = "1.2.3";
  s.labels = {{"job", "remora-probe"}, {"version", "1.4.2 <beta>"}};
  // A fixed day; examples carry it too.
  constexpr std::uint64_t day = 1'700'000'000'000'000'000;
  for (auto& [name, scenario] : s.scenarios)
    for (auto& f : scenario.failures)
      for (auto& e : f.examples)
        e.intended = day + (e.intended - s.started) / 1'000'000 * 1'000'000;
  s.started = day;
  s.ended = day + 1'000'000'000;
  return s;
}

probe::run_summary gated() {
  auto s = example();
  s.metrics = {"requests_total"};
  s.counters = {{{{"code", "ok"}, {"job", "web"}, {"__name__", "requests_total"}}, 90},
                {{{"code", "failed"}, {"job", "web"}, {"__name__", "requests_total"}}, 10}};
  auto held = slo::tests::example("0.5");
  held.id = "held";
  auto open = slo::tests::example("0.9");
  open.id = "open";
  auto broken = slo::tests::example("0.99");
  broken.id = "broken";
  s.gate = judge_objectives(s, {held, open, broken});
  return s;
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

TEST(run_report, golden_text) {
  compare_with_golden("probe_run.txt", text_report(gated()));
}
TEST(run_report, golden_json) {
  compare_with_golden("probe_run.json", json_report(gated()));
}
TEST(run_report, golden_junit) {
  compare_with_golden("probe_run.junit.xml", junit_report(gated(), "build-7"));
}
TEST(run_report, golden_markdown) {
  compare_with_golden("probe_run.md", markdown_report(gated()));
}

boost::property_tree::ptree xml(const std::string& text) {
  std::istringstream in(text);
  boost::property_tree::ptree out;
  boost::property_tree::read_xml(in, out);
  return out;
}

TEST(junit, counts_what_it_contains) {
  const auto root = xml(junit_report(gated(), "host"));
  std::size_t suites = 0;
  for (const auto& [element, suite] : root.get_child("testsuites")) {
    ASSERT_EQ(element, "testsuite");
    ++suites;
    int tests = 0, failures = 0, errors = 0, skipped = 0;
    double time = 0;
    for (const auto& [name, one] : suite) {
      if (name != "testcase") continue;
      ++tests;
      failures += static_cast<int>(one.count("failure"));
      errors += static_cast<int>(one.count("error"));
      skipped += static_cast<int>(one.count("skipped"));
      time += one.get<double>("<xmlattr>.time");
      EXPECT_FALSE(one.get<std::string>("<xmlattr>.classname").empty());
    }
    EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), tests);
    EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), failures);
    EXPECT_EQ(suite.get<int>("<xmlattr>.errors"), errors);
    EXPECT_EQ(suite.get<int>("<xmlattr>.skipped"), skipped);
    EXPECT_NEAR(suite.get<double>("<xmlattr>.time"), time, 1e-5);
  }
  EXPECT_EQ(suites, 3u);  // other, path, objectives
}

TEST(junit, a_scenario_that_did_not_run_is_an_error_and_no_pass) {
  const auto root = xml(junit_report(example(), "host"));
  int errors = 0;
  for (const auto& [element, suite] : root.get_child("testsuites"))
    if (suite.get<std::string>("<xmlattr>.name") == "other")
      errors += suite.get<int>("<xmlattr>.errors");
  EXPECT_EQ(errors, 1);
}

/// CI is as red as the exit code: what objectives allow is told, and fails nothing.
TEST(junit, failures_within_what_the_objectives_allow_are_no_failures) {
  auto s = gated();
  std::erase_if(s.gate->lines,
                [](const auto& line) { return line.decision != slo::outcome::pass; });
  s.gate->overall = slo::outcome::pass;
  const auto root = xml(junit_report(s, "host"));
  for (const auto& [element, suite] : root.get_child("testsuites")) {
    EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 0);
    if (suite.get<std::string>("<xmlattr>.name") != "path") continue;
    const auto out = suite.get<std::string>("system-out");
    EXPECT_THAT(out, HasSubstr("within what the objectives allow:\nread: 2 of this kind"));
    EXPECT_THAT(out, HasSubstr("trace_id: cccccccccccccccccccccccccccccccc"));
    std::string tolerated;
    for (const auto& [name, property] : suite.get_child("properties"))
      if (property.get<std::string>("<xmlattr>.name") == "remora.tolerated_failures")
        tolerated = property.get<std::string>("<xmlattr>.value");
    EXPECT_EQ(tolerated, "3");
  }
}

TEST(markdown, is_never_longer_than_a_comment_may_be) {
  auto s = example();
  const auto one = s.scenarios.at("path");
  for (int i = 0; i < 2000; ++i) s.scenarios["path-" + std::to_string(i)] = one;
  const auto text = markdown_report(s);
  EXPECT_LT(text.size(), 62'000u);
  EXPECT_THAT(text, HasSubstr("does not fit"));
}

TEST(markdown, mentions_nobody_and_links_nowhere) {
  const auto text = markdown_report(example());
  EXPECT_THAT(text, HasSubstr("\\@all"));
  EXPECT_THAT(text, HasSubstr("\\[link\\]\\(http://evil\\.test\\)"));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
}

TEST(html, escapes_whatever_comes_from_outside) {
  const auto page = html_report(gated());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;"));
  EXPECT_THAT(page, HasSubstr("1.4.2 &lt;beta&gt;"));
  EXPECT_THAT(page, HasSubstr("{{body}}")) << "what is put in is not a template";
}

TEST(html, refers_to_nothing_outside) {
  const auto page = html_report(gated());
  for (const auto* where : {"src=", "href=\"http", "url(", "@import", "fetch("})
    EXPECT_THAT(page, Not(HasSubstr(where)));
}

TEST(html, stays_bounded_for_a_long_run) {
  const core::wall_clock wall;
  const auto start = core::now();
  probe::run_recorder recorder(wall, start);
  const auto path = path_scenario();
  for (int i = 0; i < 200'000; ++i) {
    const auto at = start + i * 100ms;
    recorder.note(i % 50 == 0 ? failed_run(path, at) : passed_run(path, at, 10ms + i % 97 * 1ms));
  }
  recorder.note({{"path", ledger_of(200'000)}}, start + 20'000s);
  probe::run_metrics none;
  recorder.close(start + 20'000s, false, none);
  EXPECT_LT(html_report(recorder.summary()).size(), 150'000u);
  EXPECT_LT(json_report(recorder.summary()).size(), 60'000u);
}

TEST(reports, name_the_trace_of_every_kind_of_failure) {
  const auto s = gated();
  for (const auto& report :
       {text_report(s), json_report(s), junit_report(s, "h"), markdown_report(s), html_report(s)}) {
    EXPECT_THAT(report, HasSubstr(std::string(32, 'b')));
    EXPECT_THAT(report, HasSubstr(std::string(32, 'c')));
  }
}

TEST(reports, tell_every_objective) {
  const auto s = gated();
  for (const auto& report :
       {text_report(s), json_report(s), junit_report(s, "h"), markdown_report(s), html_report(s)})
    for (const auto* id : {"held", "open", "broken"}) EXPECT_THAT(report, HasSubstr(id));
}

TEST(page_template, replaces_names_once) {
  EXPECT_EQ(core::fill_template("a {{x}} b {{y}} {{z}}", {{"x", "{{y}}"}, {"y", "2"}}),
            "a {{y}} b 2 {{z}}");
  EXPECT_EQ(core::fill_template("open {{x", {{"x", "1"}}), "open {{x");
}

}  // namespace
