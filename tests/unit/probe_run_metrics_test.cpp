#include "probe/engine/run_metrics.hpp"

#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"

namespace {

using namespace std::chrono_literals;

std::shared_ptr<const probe::scenario> two_steps() {
  auto out = std::make_shared<probe::scenario>();
  out->name = "path";
  std::vector<probe::step> steps(2);
  steps[0].name = "list";
  steps[1].name = "read";
  out->steps = std::move(steps);
  return out;
}

std::string exposed(const probe::run_metrics& metrics) {
  core::exposition_writer out(core::exposition_format::text);
  metrics.write(out);
  return std::move(out).finish();
}

bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

/// A run whose second step failed in the app, or passed.
probe::run_result a_run(bool passed, std::optional<bool> recognised = true) {
  probe::run_result out;
  out.scenario = two_steps();
  out.intended = core::instant(1h);
  out.start = out.intended + 3ms;
  out.end = out.intended + 40ms;
  for (std::size_t i = 0; i < 2; ++i) {
    auto& step = out.steps.emplace_back();
    step.index = i;
    step.outcome = probe::step_outcome::passed;
    step.start = out.start;
    step.end = out.start + 20ms;
    step.phases[probe::phase::wait] = 15ms;
  }
  if (!passed) {
    out.steps[1].outcome = probe::step_outcome::failed;
    out.steps[1].failure =
        probe::verdict{probe::place_of_failure::app, probe::failure_reason::status};
    out.failed = 1;
  }
  out.recognised = recognised;
  return out;
}

TEST(run_metrics, every_series_is_there_at_zero_from_the_start) {
  probe::run_metrics metrics;
  metrics.add(*two_steps(), true);
  const auto text = exposed(metrics);
  EXPECT_TRUE(
      has(text, R"(remora_probe_runs_total{scenario="path",step="",outcome="passed",where=""} 0)"));
  for (const char* step : {"list", "read"})
    for (std::size_t w = 0; w < probe::place_count; ++w)
      EXPECT_TRUE(has(text, std::string(R"(remora_probe_runs_total{scenario="path",step=")") +
                                step + R"(",outcome="failed",where=")" +
                                to_label(static_cast<probe::place_of_failure>(w)) + R"("} 0)"));
  for (const char* line :
       {R"(remora_probe_scheduled_total{scenario="path"} 0)",
        R"(remora_probe_running{scenario="path"} 0)",
        R"(remora_probe_missed_total{scenario="path",reason="overrun"} 0)",
        R"(remora_probe_missed_total{scenario="path",reason="shutdown"} 0)",
        R"(remora_probe_schedule_lag_seconds_count{scenario="path"} 0)",
        R"(remora_probe_run_duration_seconds_count{scenario="path"} 0)",
        R"(remora_probe_step_duration_seconds_count{scenario="path",step="read",phase="tls"} 0)",
        R"(remora_probe_step_duration_seconds_count{scenario="path",step="list",phase="total"} 0)"})
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
}

TEST(run_metrics, a_run_is_one_increment) {
  probe::run_metrics metrics;
  const auto m = metrics.add(*two_steps(), true);
  for (const bool passed : {true, false, true}) {
    ASSERT_TRUE(m->ledger().admit(1));
    m->started(3ms);
    auto run = a_run(passed);
    m->finished(run);
  }
  const auto text = exposed(metrics);
  EXPECT_TRUE(
      has(text, R"(remora_probe_runs_total{scenario="path",step="",outcome="passed",where=""} 2)"));
  EXPECT_TRUE(has(
      text,
      R"(remora_probe_runs_total{scenario="path",step="read",outcome="failed",where="app"} 1)"));
  EXPECT_TRUE(has(text, R"(remora_probe_scheduled_total{scenario="path"} 3)"));
  EXPECT_TRUE(
      has(text, R"(remora_probe_schedule_lag_seconds_bucket{scenario="path",le="0.005"} 3)"));
  EXPECT_TRUE(
      has(text, R"(remora_probe_run_duration_seconds_bucket{scenario="path",le="0.025"} 0)"));
  EXPECT_TRUE(
      has(text, R"(remora_probe_run_duration_seconds_bucket{scenario="path",le="0.05"} 3)"));
  EXPECT_TRUE(has(
      text,
      R"(remora_probe_step_duration_seconds_count{scenario="path",step="read",phase="wait"} 3)"));
  EXPECT_TRUE(has(
      text,
      R"(remora_probe_step_duration_seconds_count{scenario="path",step="read",phase="connect"} 0)"));
}

TEST(run_metrics, the_account_balances_at_every_scrape) {
  probe::run_metrics metrics;
  const auto m = metrics.add(*two_steps(), false);
  m->ledger().admit(1);
  m->ledger().admit(1);
  const auto text = exposed(metrics);
  EXPECT_TRUE(has(text, R"(remora_probe_scheduled_total{scenario="path"} 2)"));
  EXPECT_TRUE(has(text, R"(remora_probe_running{scenario="path"} 1)"));
  EXPECT_TRUE(has(text, R"(remora_probe_missed_total{scenario="path",reason="overrun"} 1)"));
}

TEST(run_metrics, the_alarm_is_for_signed_scenarios_and_for_answers) {
  probe::run_metrics metrics;
  const auto m = metrics.add(*two_steps(), true);
  const auto gauge = [&] {
    const auto text = exposed(metrics);
    const std::string series = "remora_probe_recognised{scenario=\"path\"} ";
    const auto at = text.find(series);
    return at == std::string::npos ? '-' : text[at + series.size()];
  };
  const auto run = [&](std::optional<bool> recognised) {
    m->ledger().admit(1);
    auto result = a_run(true, recognised);
    m->finished(result);
  };
  EXPECT_EQ(gauge(), '-');  // nothing is known yet, which is no alarm
  run(false);
  run(false);
  EXPECT_EQ(gauge(), '-');
  run(false);
  EXPECT_EQ(gauge(), '0');
  run(true);
  EXPECT_EQ(gauge(), '1');
  run(std::nullopt);  // nothing was answered: that says nothing about us
  EXPECT_EQ(gauge(), '1');
  run(false);
  run(false);
  run(true);  // one odd answer is none either
  run(false);
  run(false);
  EXPECT_EQ(gauge(), '1');
  run(false);
  EXPECT_EQ(gauge(), '0');
  run(false);
  EXPECT_EQ(gauge(), '0');
  metrics.add(*two_steps(), false);
  EXPECT_EQ(gauge(), '-');
}

TEST(run_metrics, failures_are_counted_by_reason_from_the_first_one_on) {
  probe::run_metrics metrics;
  const auto m = metrics.add(*two_steps(), true);
  EXPECT_EQ(exposed(metrics).find("remora_probe_failures_total{"), std::string::npos);
  for (const auto why : {probe::failure_reason::status, probe::failure_reason::json,
                         probe::failure_reason::status}) {
    m->ledger().admit(1);
    auto run = a_run(false);
    run.steps[1].failure->why = why;
    m->finished(run);
  }
  const auto text = exposed(metrics);
  for (const char* line :
       {R"(remora_probe_failures_total{scenario="path",step="read",where="app",why="status"} 2)",
        R"(remora_probe_failures_total{scenario="path",step="read",where="app",why="json"} 1)"})
    EXPECT_TRUE(has(text, line)) << line << "\n" << text;
}

/// A program's metrics with a book that publishes what the receiver of spans acknowledged.
class exemplars_of_runs : public testing::Test {
 protected:
  /// A run of a new scenario's, whose spans were acknowledged `after` its end.
  void run_and_acknowledge() {
    const auto m = metrics_.add(*two_steps(), true);
    m->ledger().admit(1);
    run_ = a_run(true);
    run_.intended = run_.start = core::now();
    run_.end = run_.start + 40ms;
    m->finished(run_);
    acknowledge(run_.observed, 'a');
    acknowledge(run_.steps[1].observed, 'b');
  }
  void acknowledge(const core::observation& seen, char trace) {
    core::exemplar_candidate one{seen, {}, {}, wall_.unix_nanos(core::now())};
    one.trace.bytes.fill(static_cast<std::uint8_t>(trace));
    one.span.bytes.fill(1);
    book_.acknowledged({&one, 1});
  }
  std::size_t shown(const char* series) const {
    core::exposition_writer out(core::exposition_format::openmetrics);
    metrics_.write(out);
    const auto text = std::move(out).finish();
    std::size_t count = 0;
    for (auto at = text.find(series); at != text.npos; at = text.find(series, at + 1))
      count += text.substr(at, text.find('\n', at) - at).find("# {trace_id=") != std::string::npos;
    return count;
  }

  core::exemplar_book book_;
  core::wall_clock wall_;
  probe::run_metrics metrics_{probe::exemplar_use{book_, wall_}};
  probe::run_result run_;
};

TEST_F(exemplars_of_runs, stand_at_the_duration_of_the_run_and_of_its_step) {
  run_and_acknowledge();
  EXPECT_EQ(shown("remora_probe_run_duration_seconds_bucket"), 1u);
  EXPECT_EQ(shown("remora_probe_step_duration_seconds_bucket{scenario=\"path\",step=\"read\""), 1u);
  EXPECT_EQ(shown("remora_probe_step_duration_seconds_bucket{scenario=\"path\",step=\"list\""), 0u);
}

TEST_F(exemplars_of_runs, go_with_their_scenario_however_late_they_are_acknowledged) {
  run_and_acknowledge();
  const auto late = run_;
  const auto ended = wall_.unix_nanos(core::now());
  metrics_.remove("path");
  for (int i = 0; i < 100; ++i) {  // some of the new cells are where the old ones were
    metrics_.add(*two_steps(), true);
    core::exemplar_candidate one{late.observed, {}, {}, ended};
    one.trace.bytes.fill(7);
    one.span.bytes.fill(1);
    book_.acknowledged({&one, 1});
    ASSERT_EQ(shown("_bucket"), 0u);
  }
}

TEST(run_metrics, a_scenario_that_goes_takes_its_series_along) {
  probe::run_metrics metrics;
  metrics.add(*two_steps(), true);
  metrics.remove("path");
  EXPECT_EQ(exposed(metrics).find("scenario=\"path\""), std::string::npos);
}

}  // namespace
