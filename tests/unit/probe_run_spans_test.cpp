#include "probe/engine/run_spans.hpp"

#include <gtest/gtest.h>

#include "core/random_source.hpp"

namespace {

using namespace std::chrono_literals;

probe::run_result a_run() {
  core::random_source random(1);
  auto s = std::make_shared<probe::scenario>();
  s->name = "path";
  s->steps.resize(2);
  s->steps[0].name = "list";
  s->steps[1].name = "read";
  probe::run_result out;
  out.scenario = s;
  out.intended = out.start = core::now();
  out.end = out.start + 10ms;
  out.context = core::new_root(random, true);
  for (std::size_t i = 0; i < 2; ++i) {
    auto& step = out.steps.emplace_back();
    step.index = i;
    step.outcome = probe::step_outcome::passed;
    step.context = core::child_of(out.context, random, true);
  }
  return out;
}

TEST(run_spans, are_one_for_the_run_and_one_a_step_that_ran) {
  core::span_sink sink("probe", "1", "i", 100, true);
  const core::wall_clock wall;
  record_spans(a_run(), wall, sink);
  EXPECT_EQ(sink.snapshot().received, 3u);
  auto skipped = a_run();
  skipped.steps[1].outcome = probe::step_outcome::skipped;
  record_spans(skipped, wall, sink);
  EXPECT_EQ(sink.snapshot().received, 5u);
  EXPECT_TRUE(sink.snapshot().balanced());
}

TEST(run_spans, are_none_without_a_trace) {
  core::span_sink sink("probe", "1", "i", 100, true);
  auto run = a_run();
  run.context = {};
  record_spans(run, core::wall_clock(), sink);
  EXPECT_EQ(sink.snapshot().received, 0u);
}

TEST(run_spans, carry_what_was_wrong) {
  core::span_sink sink("probe", "1", "i", 100, true);
  auto run = a_run();
  run.is_signed = true;
  run.steps[1].outcome = probe::step_outcome::failed;
  run.steps[1].failure =
      probe::verdict{probe::place_of_failure::sidecar, probe::failure_reason::header};
  run.steps[1].detail = "header etag is missing";
  run.failed = 1;
  record_spans(run, core::wall_clock(), sink);
  const auto body = sink.take(10).body;
  for (const char* part : {"probe path", "header etag is missing", "user_agent.synthetic.type",
                           "remora.probe.where", "sidecar"})
    EXPECT_NE(body.find(part), std::string::npos) << part;
}

}  // namespace
