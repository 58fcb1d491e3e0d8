#include "probe/engine/run_metrics.hpp"

#include <gtest/gtest.h>

#include "probe/format/scenario_reader.hpp"

namespace {

using namespace std::chrono_literals;

std::shared_ptr<const probe::scenario> two_steps() {
  auto out = std::make_shared<probe::scenario>();
  out->name = "path";
  out->steps.resize(2);
  out->steps[0].name = "list";
  out->steps[1].name = "read";
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
        R"(remora_probe_recognised{scenario="path"} 0)",
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
    m->finished(a_run(passed));
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
    m->finished(a_run(true, recognised));
  };
  run(true);
  EXPECT_EQ(gauge(), '1');
  run(std::nullopt);  // nothing was answered: that says nothing about us
  EXPECT_EQ(gauge(), '1');
  run(false);
  EXPECT_EQ(gauge(), '0');
  metrics.add(*two_steps(), false);
  EXPECT_EQ(gauge(), '-');
}

TEST(run_metrics, a_scenario_that_goes_takes_its_series_along) {
  probe::run_metrics metrics;
  metrics.add(*two_steps(), true);
  metrics.remove("path");
  EXPECT_EQ(exposed(metrics).find("scenario=\"path\""), std::string::npos);
}

}  // namespace
