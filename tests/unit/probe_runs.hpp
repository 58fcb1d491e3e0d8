#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/random_source.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/report/run_recorder.hpp"

/// Runs that took place in no time, for the tests of what is said of them.
namespace probe::tests {

using namespace std::chrono_literals;

/// A trace id with one digit repeated.
inline core::span_context context_of(char digit) {
  const std::string text = "00-" + std::string(32, digit) + "-" + std::string(16, digit) + "-01";
  return *core::parse_traceparent(text);
}

/// `path`: steps `list` and `read`, and `clean` that always runs.
inline std::shared_ptr<const scenario> path_scenario(const std::string& name = "path") {
  auto out = std::make_shared<scenario>();
  out->name = name;
  out->description = "Lists, then reads.";
  std::vector<step> steps(2), always(1);
  steps[0].name = "list";
  steps[1].name = "read";
  always[0].name = "clean";
  out->steps = std::move(steps);
  out->always = std::move(always);
  return out;
}

inline void add_step(run_result& to, step_outcome outcome, core::duration took) {
  auto& step = to.steps.emplace_back();
  step.index = to.steps.size() - 1;
  step.outcome = outcome;
  step.attempts = 1;
  step.start = to.steps.size() == 1 ? to.start : to.steps[to.steps.size() - 2].end;
  step.end = step.start + took;
  if (outcome == step_outcome::skipped) return;
  step.method = "GET";
  step.url = "http://shop.test/" + to.scenario->at(step.index).name;
  step.peer = "127.0.0.1:80";
  step.status = 200;
  step.phases[phase::connect] = 500us;
  step.phases[phase::wait] = took - 1ms;
  step.phases[phase::receive] = 500us;
}

/// A run that was meant to start at `intended` and started 1 ms late.
inline run_result passed_run(std::shared_ptr<const scenario> s, core::instant intended,
                             core::duration took = 20ms) {
  run_result out;
  out.scenario = std::move(s);
  out.intended = intended;
  out.start = intended + 1ms;
  out.context = context_of('a');
  add_step(out, step_outcome::passed, took / 2);
  add_step(out, step_outcome::passed, took / 2);
  out.end = out.steps.back().end;
  add_step(out, step_outcome::passed, 2ms);
  return out;
}

/// The same with `read` failed.
inline run_result failed_run(std::shared_ptr<const scenario> s, core::instant intended,
                             std::string detail = "status is 500, expected \"2xx\"",
                             verdict what = {place_of_failure::app, failure_reason::status},
                             char trace = 'b') {
  auto out = passed_run(std::move(s), intended);
  out.context = context_of(trace);
  out.failed = 1;
  out.steps[1].outcome = step_outcome::failed;
  out.steps[1].failure = what;
  out.steps[1].detail = std::move(detail);
  out.steps[1].status = 500;
  return out;
}

/// The account of `passed` runs that ended, and as many missed ones as are given.
inline run_ledger ledger_of(std::uint64_t ran, std::uint64_t missed = 0) {
  run_ledger out;
  for (std::uint64_t i = 0; i < ran; ++i) {
    out.admit(1);
    out.finish();
  }
  for (std::uint64_t i = 0; i < missed; ++i) out.admit(0);
  return out;
}

}  // namespace probe::tests
