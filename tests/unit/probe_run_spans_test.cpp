#include "probe/engine/run_spans.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/random_source.hpp"

namespace {

using namespace std::chrono_literals;

/// What a sink took.
class spans_seen final : public core::span_tap {
 public:
  void add(const core::span& s) override { all.push_back(s); }
  void add(std::string_view) override {}
  std::vector<core::span> all;
};

probe::run_result a_run() {
  core::random_source random(1);
  auto s = std::make_shared<probe::scenario>();
  s->name = "path";
  std::vector<probe::step> steps(2);
  steps[0].name = "list";
  steps[1].name = "read";
  s->steps = std::move(steps);
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

TEST(run_spans, tell_the_phases_of_a_step_one_behind_the_other) {
  core::span_sink sink("probe", "1", "i", 100, true);
  spans_seen seen;
  sink.set_tap(&seen);
  auto run = a_run();
  auto& step = run.steps[1];
  step.attempt_start = step.start = run.start;
  step.end = run.start + 9ms;
  step.phases[probe::phase::resolve] = 1ms;
  step.phases[probe::phase::connect] = 2ms;
  step.phases[probe::phase::send] = 0ms;
  step.broke_in = probe::phase::wait;
  step.outcome = probe::step_outcome::failed;
  step.failure = probe::verdict{probe::place_of_failure::app, probe::failure_reason::timed_out};
  run.failed = 1;
  const core::wall_clock wall;
  record_spans(run, wall, sink);
  ASSERT_EQ(seen.all.size(), 7u);  // the run, two steps, four phases
  const auto begin = wall.unix_nanos(run.start);
  const auto check = [&](std::size_t i, const char* name, std::uint64_t from, std::uint64_t to) {
    const auto& s = seen.all[i];
    EXPECT_EQ(s.name, name);
    EXPECT_EQ(s.parent, step.context.span);
    EXPECT_EQ((s.start - begin) / 1'000'000, from);
    EXPECT_EQ((s.end - begin) / 1'000'000, to);
  };
  check(1, "DNS lookup", 0, 1);
  check(2, "TCP connect", 1, 3);
  check(3, "send request", 3, 3);
  check(4, "wait for response", 3, 9);
  EXPECT_FALSE(seen.all[3].error);
  EXPECT_TRUE(seen.all[4].error);
  std::set<std::string> ids;
  for (const auto& s : seen.all) ids.insert(s.context.span.hex());
  EXPECT_EQ(ids.size(), seen.all.size());
}

TEST(run_spans, say_who_was_asked_in_the_words_of_the_conventions) {
  core::span_sink sink("probe", "1", "i", 100, true);
  spans_seen seen;
  sink.set_tap(&seen);
  auto run = a_run();
  run.steps[0].method = "GET";
  run.steps[0].url = "https://shop.test/a";
  run.steps[0].peer = "[::1]:8443";
  run.steps[0].status = 503;
  run.steps[0].outcome = probe::step_outcome::failed;
  run.steps[0].failure =
      probe::verdict{probe::place_of_failure::app, probe::failure_reason::status};
  run.failed = 0;
  record_spans(run, core::wall_clock(), sink);
  EXPECT_EQ(seen.all[0].name, "GET list");
  std::map<std::string, std::variant<std::string, std::int64_t, double, bool>> a;
  for (const auto& one : seen.all[0].attributes) a[one.key] = one.value;
  EXPECT_EQ(std::get<std::string>(a["server.address"]), "shop.test");
  EXPECT_EQ(std::get<std::int64_t>(a["server.port"]), 443);
  EXPECT_EQ(std::get<std::string>(a["network.peer.address"]), "::1");
  EXPECT_EQ(std::get<std::int64_t>(a["network.peer.port"]), 8443);
  EXPECT_EQ(std::get<std::string>(a["error.type"]), "503");
  EXPECT_EQ(std::get<std::string>(a["remora.probe.why"]), "status");
}

TEST(run_spans, of_a_run_that_was_not_sampled_are_recorded_when_it_fails) {
  auto run = a_run();
  run.context.flags = 0;
  core::span_sink sink("probe", "1", "i", 100, true);
  record_spans(run, core::wall_clock(), sink);
  EXPECT_EQ(sink.snapshot().received, 0u);
  run.steps[1].outcome = probe::step_outcome::failed;
  run.steps[1].failure =
      probe::verdict{probe::place_of_failure::app, probe::failure_reason::status};
  run.failed = 1;
  record_spans(run, core::wall_clock(), sink);
  EXPECT_EQ(sink.snapshot().received, 3u);
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
