#include "probe/report/failures.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "core/random_source.hpp"

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
