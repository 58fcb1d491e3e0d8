#include "probe/report/report.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "core/random_source.hpp"
#include "probe/report/failures.hpp"

namespace {

using namespace std::chrono_literals;

probe::run_result a_run(bool passed) {
  core::random_source random(1);
  auto s = std::make_shared<probe::scenario>();
  s->name = "path";
  s->steps.resize(1);
  s->steps[0].name = "read";
  probe::run_result out;
  out.scenario = s;
  out.intended = core::now();
  out.start = out.intended + 1ms;
  out.end = out.start + 10ms;
  out.context = core::new_root(random, true);
  auto& step = out.steps.emplace_back();
  step.outcome = probe::step_outcome::passed;
  step.start = out.start;
  step.end = out.end;
  step.status = 200;
  step.phases[probe::phase::wait] = 9ms;
  step.timing = probe::server_timing::parse("app;dur=8");
  if (!passed) {
    step.outcome = probe::step_outcome::failed;
    step.failure = probe::verdict{probe::place_of_failure::app, probe::failure_reason::status};
    step.detail = "status is 500, expected \"2xx\"";
    out.failed = 0;
  }
  return out;
}

TEST(run_report, nothing_is_inconclusive) {
  probe::run_report report;
  report.close({{"path", probe::run_ledger()}});
  EXPECT_EQ(report.exit_code(), 2);
  EXPECT_NE(report.to_text().find("INCONCLUSIVE"), std::string::npos);
}

TEST(run_report, passes_when_all_pass_and_fails_when_one_fails) {
  probe::run_report report;
  report.note(a_run(true));
  EXPECT_EQ(report.exit_code(), 0);
  report.note(a_run(false));
  report.note(a_run(true));
  EXPECT_EQ(report.exit_code(), 1);
}

TEST(run_report, says_what_broke_where_how_often_and_in_which_trace) {
  probe::run_report report;
  report.note(a_run(false));
  report.note(a_run(false));
  const auto text = report.to_text();
  EXPECT_NE(text.find("2x read broke at app, status: status is 500"), std::string::npos) << text;
  EXPECT_NE(text.find(a_run(false).context.trace.hex()), std::string::npos);
}

TEST(run_report, as_json_balances) {
  probe::run_report report;
  probe::run_ledger ledger;
  ledger.admit(1);
  ledger.admit(1);
  ledger.finish();
  report.note(a_run(true));
  report.close({{"path", ledger}});
  const auto json = boost::json::parse(report.to_json());
  const auto& s = json.at("scenarios").at(0);
  EXPECT_EQ(json.at("verdict").as_string(), "pass");
  EXPECT_EQ(s.at("scheduled").as_int64(), 2);
  EXPECT_EQ(s.at("passed").as_int64(), 1);
  EXPECT_EQ(s.at("missed").at("overrun").as_int64(), 1);
  EXPECT_NEAR(s.at("duration_seconds").at("max").to_number<double>(), 0.011, 1e-9);
}

TEST(readable, has_three_digits) {
  EXPECT_EQ(probe::readable(12345us), "12.3ms");
  EXPECT_EQ(probe::readable(1250ms), "1.25s");
  EXPECT_EQ(probe::readable(900us), "900us");
}

TEST(failures, keeps_the_last_of_them) {
  const core::wall_clock wall;
  probe::failures kept(wall, 3);
  kept.note(a_run(true));
  EXPECT_EQ(kept.size(), 0u);
  for (int i = 0; i < 5; ++i) kept.note(a_run(false));
  EXPECT_EQ(kept.size(), 3u);
  const auto json = boost::json::parse(kept.to_json());
  const auto& one = json.at("failures").at(2);
  EXPECT_EQ(one.at("where").as_string(), "app");
  EXPECT_EQ(one.at("why").as_string(), "status");
  EXPECT_EQ(one.at("trace_id").as_string(), a_run(false).context.trace.hex());
  EXPECT_NEAR(one.at("steps").at(0).at("phases").at("wait").to_number<double>(), 0.009, 1e-9);
  EXPECT_NEAR(one.at("steps").at(0).at("server_timing").at("app").to_number<double>(), 0.008, 1e-9);
}

TEST(rfc3339, has_microseconds_and_is_utc) {
  EXPECT_EQ(probe::rfc3339(1'700'000'000'123'456'789), "2023-11-14T22:13:20.123456Z");
}

}  // namespace
