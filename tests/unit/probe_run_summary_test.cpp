// What a run comes to, and the counters that objectives are judged by.
#include "probe/report/run_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "core/command_line.hpp"
#include "probe/report/reports.hpp"
#include "probe/report/run_counters.hpp"
#include "slo/gate/reports.hpp"
#include "slo/model/metric_query.hpp"
#include "tests/unit/probe_runs.hpp"

namespace {

using namespace std::chrono_literals;
using namespace probe::tests;
using probe::run_verdict;
using testing::HasSubstr;

class run_summary : public testing::Test {
 protected:
  run_summary() : recorder_(wall_, start_), path_(path_scenario()) { recorder_.expect(*path_); }

  void pass(int runs = 1, core::duration took = 20ms) {
    for (int i = 0; i < runs; ++i) note(passed_run(path_, start_ + 10ms * n_++, took));
  }
  void fail(int runs = 1,
            probe::verdict what = {probe::place_of_failure::app, probe::failure_reason::status}) {
    for (int i = 0; i < runs; ++i) note(failed_run(path_, start_ + 10ms * n_++, "detail", what));
  }
  void note(const probe::run_result& r) {
    recorder_.note(r);
    metrics_of_path_->ledger().admit(1);
    auto counted = r;
    metrics_of_path_->finished(counted);
  }
  /// Closes the account with this many missed besides.
  const probe::run_summary& closed(std::uint64_t missed = 0) {
    recorder_.note({{"path", ledger_of(static_cast<std::uint64_t>(n_), missed)}}, start_ + 1s);
    recorder_.close(start_ + 2s, false, metrics_);
    recorder_.summary().labels["job"] = "remora-probe";
    return recorder_.summary();
  }

  static slo::objective objective(const std::string& part, const std::string& total,
                                  const char* target = "0.9") {
    slo::objective o;
    o.id = o.name = o.display_name = "works";
    o.target = *slo::decimal::parse(target);
    o.period = {"28d", 28 * 24 * 60, {}};
    o.counters = slo::counter_ratio{slo::event_kind::good, slo::parse_metric_query(part)->counter,
                                    slo::parse_metric_query(total)->counter};
    return o;
  }
  static slo::objective runs_objective(const char* target = "0.9") {
    return objective(
        R"(remora_probe_runs_total{job="remora-probe",scenario="path",outcome="passed"})",
        R"(remora_probe_runs_total{job="remora-probe",scenario="path"})", target);
  }

  const core::wall_clock wall_;
  const core::instant start_ = core::now();
  probe::run_recorder recorder_;
  std::shared_ptr<const probe::scenario> path_;
  probe::run_metrics metrics_;
  std::shared_ptr<probe::scenario_metrics> metrics_of_path_ = metrics_.add(*path_scenario(), false);
  int n_ = 0;
};

TEST_F(run_summary, without_a_run_is_inconclusive) {
  const auto d = decide(closed());
  EXPECT_EQ(d.verdict, run_verdict::inconclusive);
  EXPECT_EQ(d.exit_code(), core::exit_inconclusive);
  EXPECT_EQ(d.reason, "nothing ran");
}

TEST_F(run_summary, passes_when_all_runs_pass) {
  pass(3);
  EXPECT_EQ(decide(closed()).exit_code(), core::exit_pass);
}

TEST_F(run_summary, fails_when_one_run_fails) {
  pass(3);
  fail();
  const auto d = decide(closed());
  EXPECT_EQ(d.exit_code(), core::exit_fail);
  EXPECT_EQ(d.reason, "1 of 4 runs failed");
}

TEST_F(run_summary, is_inconclusive_when_one_scenario_did_not_run) {
  pass(3);
  recorder_.expect(*path_scenario("other"));
  const auto d = decide(closed());
  EXPECT_EQ(d.verdict, run_verdict::inconclusive);
  EXPECT_EQ(d.reason, "nothing ran of other");
}

TEST_F(run_summary, is_inconclusive_when_most_intended_runs_were_missed) {
  pass(3);
  const auto d = decide(closed(4));
  EXPECT_EQ(d.verdict, run_verdict::inconclusive);
  EXPECT_EQ(d.reason, "only 3 of 7 intended runs of path took place");
}

TEST_F(run_summary, bears_some_missed_runs) {
  pass(3);
  EXPECT_EQ(decide(closed(3)).verdict, run_verdict::pass);
}

/// A run that came no further than the resolver or the connection.
probe::run_result unreached(std::shared_ptr<const probe::scenario> s, core::instant intended,
                            probe::place_of_failure where) {
  auto r = failed_run(std::move(s), intended, "connect: refused",
                      {where, probe::failure_reason::refused});
  r.failed = 0;
  r.steps.resize(1);
  r.steps[0].outcome = probe::step_outcome::failed;
  r.steps[0].failure = probe::verdict{where, probe::failure_reason::refused};
  r.steps[0].status = 0;
  r.steps[0].phases = {};
  r.steps[0].phases[probe::phase::resolve] = 1ms;
  return r;
}

TEST_F(run_summary, says_when_nothing_could_be_reached) {
  for (const auto where : {probe::place_of_failure::edge, probe::place_of_failure::network,
                           probe::place_of_failure::dns})
    note(unreached(path_, start_ + 10ms * n_++, where));
  const auto d = decide(closed());
  EXPECT_EQ(d.verdict, run_verdict::unreachable);
  EXPECT_EQ(d.exit_code(), core::exit_unavailable);
}

TEST_F(run_summary, one_connection_makes_it_a_plain_failure) {
  note(unreached(path_, start_, probe::place_of_failure::edge));
  ++n_;
  fail();
  EXPECT_EQ(decide(closed()).verdict, run_verdict::fail);
}

TEST_F(run_summary, a_request_that_could_not_be_built_is_a_plain_failure) {
  note(unreached(path_, start_, probe::place_of_failure::client));
  ++n_;
  EXPECT_EQ(decide(closed()).verdict, run_verdict::fail);
}

TEST_F(run_summary, keeps_the_first_and_the_last_examples_of_a_failure) {
  for (int i = 0; i < 20; ++i) note(failed_run(path_, start_ + 10ms * n_++, std::to_string(i)));
  const auto& groups = closed().scenarios.at("path").failures;
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].count, 20u);
  std::vector<std::string> details;
  for (const auto& e : groups[0].examples) details.push_back(e.detail);
  EXPECT_THAT(details, testing::ElementsAre("0", "16", "17", "18", "19"));
}

TEST_F(run_summary, counts_what_a_scrape_would_have_seen) {
  pass(2);
  fail(1);
  const auto& s = closed();
  const auto value = [&](const std::string& metric, const std::string& label,
                         const std::string& is) {
    std::int64_t sum = 0;
    for (const auto& one : s.counters)
      if (std::find(one.labels.begin(), one.labels.end(),
                    std::pair{std::string("__name__"), metric}) != one.labels.end() &&
          std::find(one.labels.begin(), one.labels.end(), std::pair{label, is}) != one.labels.end())
        sum += one.value;
    return sum;
  };
  EXPECT_EQ(value("remora_probe_runs_total", "outcome", "passed"), 2);
  EXPECT_EQ(value("remora_probe_runs_total", "step", "read"), 1);
  EXPECT_EQ(value("remora_probe_run_duration_seconds_count", "scenario", "path"), 3);
  EXPECT_EQ(value("remora_probe_run_duration_seconds_bucket", "le", "+Inf"), 3);
  EXPECT_EQ(value("remora_probe_run_duration_seconds_bucket", "le", "0.01"), 0);
  EXPECT_THAT(s.metrics, testing::Contains("remora_probe_missed_total"));
  EXPECT_THAT(s.metrics, testing::Not(testing::Contains(HasSubstr("_sum"))));
}

TEST(run_counters, read_labels_as_they_are_written) {
  const core::function_source source([](core::exposition_writer& out) {
    if (!out.family("odd_total", "A \"help\".", core::metric_type::counter)) return;
    const std::string value = "a\\b\"c\nd,e}f=";
    using label = std::pair<std::string_view, std::string_view>;
    out.counter(core::render_labels(std::array{label{"k", value}, label{"l", ""}}), 7);
  });
  const auto counted = probe::read_counters(source);
  ASSERT_EQ(counted.series.size(), 1u);
  EXPECT_EQ(counted.series[0].value, 7);
  EXPECT_EQ(counted.series[0].labels,
            (slo::label_list{{"k", "a\\b\"c\nd,e}f="}, {"l", ""}, {"__name__", "odd_total"}}));
}

TEST_F(run_summary, the_results_file_reads_back_as_what_was_judged) {
  pass(5);
  fail(1);
  const auto& s = closed(2);
  const auto read = slo::parse_run_results(json_report(s));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, results_of(s));
}

TEST_F(run_summary, objectives_decide_when_there_are_some) {
  pass(60);
  auto s = closed();
  s.gate = judge_objectives(s, {runs_objective()});
  EXPECT_EQ(decide(s).exit_code(), 0) << slo::gate_text(*s.gate);
}

TEST_F(run_summary, a_few_failures_within_the_budget_do_not_fail_the_gate) {
  pass(200);
  fail(2);
  auto s = closed();
  s.gate = judge_objectives(s, {runs_objective()});
  EXPECT_EQ(decide(s).exit_code(), 0) << slo::gate_text(*s.gate);
}

TEST_F(run_summary, too_few_runs_are_inconclusive_for_the_gate) {
  pass(5);
  auto s = closed();
  s.gate = judge_objectives(s, {runs_objective()});
  const auto d = decide(s);
  EXPECT_EQ(d.exit_code(), 2);
  EXPECT_EQ(d.reason, "too little evidence for: works");
}

TEST_F(run_summary, many_failures_fail_the_gate) {
  pass(20);
  fail(20);
  auto s = closed();
  s.gate = judge_objectives(s, {runs_objective()});
  EXPECT_EQ(decide(s).exit_code(), 1);
}

TEST_F(run_summary, latency_can_be_an_objective) {
  pass(60, 20ms);
  pass(60, 400ms);
  auto s = closed();
  const auto fast =
      objective(R"(remora_probe_run_duration_seconds_bucket{scenario="path",le=~"0\\.1"})",
                R"(remora_probe_run_duration_seconds_count{scenario="path"})");
  s.gate = judge_objectives(s, {fast});
  EXPECT_EQ(s.gate->lines[0].seen.counts.events, 120);
  EXPECT_EQ(s.gate->lines[0].seen.counts.bad, 60);
  EXPECT_EQ(decide(s).exit_code(), 1);
}

TEST_F(run_summary, an_objective_on_what_a_run_does_not_count_cannot_pass) {
  pass(1000);
  auto s = closed();
  s.gate = judge_objectives(
      s, {objective(R"(remora_sli_requests_total{result="good"})", "remora_sli_requests_total")});
  EXPECT_EQ(decide(s).exit_code(), 2);
  EXPECT_EQ(s.gate->lines[0].reason,
            "a run of the probe does not count remora_sli_requests_total: ask Prometheus for it");
}

TEST_F(run_summary, mostly_missed_runs_cannot_pass_the_gate) {
  pass(100);
  auto s = closed(150);
  s.gate = judge_objectives(s, {runs_objective()});
  EXPECT_EQ(decide(s).exit_code(), 2);
  EXPECT_EQ(s.gate->lines[0].reason, "only 40 % of the intended runs took place");
}

TEST(timeline, joins_bins_when_there_are_too_many) {
  const auto start = core::now();
  probe::timeline t(start);
  std::uint64_t runs = 0;
  for (int minute = 0; minute < 24 * 60; ++minute, ++runs)
    t.ended(start + minute * 60s, minute % 10 != 0, 5ms);
  t.missed(start + 23h, 7);
  EXPECT_LE(t.bins().size(), probe::timeline::most_bins);
  EXPECT_GT(t.bins().size(), probe::timeline::most_bins / 2 - 1);
  std::uint64_t passed = 0, failed = 0, missed = 0, timed = 0;
  for (const auto& bin : t.bins()) {
    passed += bin.passed;
    failed += bin.failed;
    missed += bin.missed;
    timed += bin.took.count();
  }
  EXPECT_EQ(passed + failed, runs);
  EXPECT_EQ(failed, runs / 10);
  EXPECT_EQ(timed, runs);
  EXPECT_EQ(missed, 7u);
}

TEST(timeline, counts_a_run_where_it_was_meant_to_start) {
  const auto start = core::now();
  probe::timeline t(start);
  t.ended(start + 250ms, false, 10s);
  ASSERT_EQ(t.bins().size(), 3u);
  EXPECT_EQ(t.bins()[2].failed, 1u);
}

TEST(readable, has_three_digits) {
  EXPECT_EQ(probe::readable(12345us), "12.3ms");
  EXPECT_EQ(probe::readable(1250ms), "1.25s");
  EXPECT_EQ(probe::readable(900us), "900us");
}

}  // namespace
