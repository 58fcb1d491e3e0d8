#include "probe/report/run_recorder.hpp"

#include <algorithm>

#include "probe/report/run_counters.hpp"

namespace probe {
namespace {

failure_group& group_of(scenario_summary& in, const std::string& step, verdict what) {
  for (auto& group : in.failures)
    if (group.step == step && group.what == what) return group;
  return in.failures.emplace_back(failure_group{step, what, 0, {}});
}

/// What the results file can say, so that it reads back as the same.
std::uint64_t whole_millis(std::uint64_t nanos) {
  return nanos / 1'000'000 * 1'000'000;
}

/// Whether anything was at the other end.
bool was_answered(const step_result& step) {
  if (step.status > 0 || step.outcome == step_outcome::passed) return true;
  for (const auto p : {phase::connect, phase::tls, phase::send, phase::wait, phase::receive})
    if (step.phases[p]) return true;
  return step.failure && step.failure->where != place_of_failure::dns &&
         step.failure->where != place_of_failure::network &&
         step.failure->where != place_of_failure::edge;
}

}  // namespace

run_recorder::run_recorder(const core::wall_clock& wall, core::instant start) : wall_(wall) {
  summary_.program_version = REMORA_VERSION;
  summary_.started = whole_millis(wall.unix_nanos(start));
  summary_.over_time = timeline(start);
}

scenario_summary& run_recorder::entry(const scenario& s) {
  auto& out = summary_.scenarios[s.key()];
  if (!out.steps.empty()) return out;
  out.description = s.description;
  for (std::size_t i = 0; i < s.step_count(); ++i) out.steps.emplace_back().name = s.at(i).name;
  return out;
}

void run_recorder::expect(const scenario& s) {
  entry(s);
}

void run_recorder::note_step(scenario_summary& into, const step_result& step) {
  auto& out = into.steps[step.index];
  if (step.outcome == step_outcome::skipped) {
    ++out.skipped;
    return;
  }
  ++(step.outcome == step_outcome::failed ? out.failed : out.passed);
  out.took.add(step.took());
  for (std::size_t p = 0; p < phase_count; ++p)
    if (const auto& took = step.phases[static_cast<phase>(p)]) out.phases[p].add(*took);
  summary_.reached = summary_.reached || was_answered(step);
}

void run_recorder::note(const run_result& result) {
  auto& s = entry(*result.scenario);
  s.took.add(result.took());
  s.lag.add(result.lag());
  summary_.took.add(result.took());
  summary_.over_time.ended(result.intended, result.passed(), result.took());
  for (const auto& step : result.steps) note_step(s, step);
  ++(result.passed() ? s.passed : s.failed);
  const auto* failed = result.failure();
  if (!failed) return;
  group_of(s, s.steps[failed->index].name, *failed->failure)
      .add({result.context ? result.context.trace.hex() : "", failed->detail,
            wall_.unix_nanos(result.intended), result.took()});
}

void run_recorder::note(const std::map<std::string, run_ledger>& ledgers, core::instant now) {
  for (const auto& [name, ledger] : ledgers) {
    auto& s = summary_.scenarios[name];
    const auto before = s.missed();
    s.ledger = ledger;
    if (const auto missed = s.missed(); missed > before)
      summary_.over_time.missed(now, missed - before);
  }
}

void run_recorder::close(core::instant end, bool interrupted, const run_metrics& metrics) {
  summary_.ended = std::max(summary_.started, whole_millis(wall_.unix_nanos(end)));
  summary_.interrupted = interrupted;
  auto counted = read_counters(metrics);
  summary_.metrics = std::move(counted.metrics);
  summary_.counters = std::move(counted.series);
}

}  // namespace probe
