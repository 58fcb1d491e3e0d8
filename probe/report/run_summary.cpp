#include "probe/report/run_summary.hpp"

#include <fmt/format.h>

#include "core/command_line.hpp"
#include "slo/gate/run_gate.hpp"
#include "slo/gate/words.hpp"

namespace probe {
namespace {

constexpr double least_share = slo::least_gate_coverage;

template <class Count>
std::uint64_t sum_over(const run_summary& s, Count count) {
  std::uint64_t out = 0;
  for (const auto& [name, scenario] : s.scenarios) out += count(scenario);
  return out;
}

run_decision by_objectives(const slo::gate_result& gate) {
  const auto verdict = gate.overall == slo::outcome::pass   ? run_verdict::pass
                       : gate.overall == slo::outcome::fail ? run_verdict::fail
                                                            : run_verdict::inconclusive;
  return {verdict, slo::summary_of(gate)};
}

/// Why the runs that passed are too few to say so; "" when they are not.
std::string shortage(const run_summary& s) {
  for (const auto& [name, scenario] : s.scenarios) {
    const auto ran = static_cast<double>(scenario.ran());
    const auto wanted = static_cast<double>(scenario.scheduled());
    if (scenario.ran() == 0) return "nothing ran of " + name;
    if (ran < least_share * wanted)
      return fmt::format("only {} of {} intended runs of {} took place", scenario.ran(),
                         scenario.scheduled(), name);
  }
  return {};
}

slo::run_failure failure_of(const std::string& scenario, const failure_group& f) {
  slo::run_failure out{scenario,
                       f.step,
                       to_label(f.what.where),
                       to_label(f.what.why),
                       f.examples.back().detail,
                       static_cast<std::int64_t>(f.count),
                       {}};
  for (auto e = f.examples.rbegin(); e != f.examples.rend(); ++e)
    if (!e->trace_id.empty()) out.traces.push_back(e->trace_id);
  return out;
}

}  // namespace

void failure_group::add(failure_example one) {
  ++count;
  if (examples.size() == most_examples) examples.erase(examples.begin() + 1);
  examples.push_back(std::move(one));
}

std::uint64_t run_summary::passed() const noexcept {
  return sum_over(*this, [](const auto& s) { return s.passed; });
}
std::uint64_t run_summary::failed() const noexcept {
  return sum_over(*this, [](const auto& s) { return s.failed; });
}
std::uint64_t run_summary::missed() const noexcept {
  return sum_over(*this, [](const auto& s) { return s.missed(); });
}
std::uint64_t run_summary::scheduled() const noexcept {
  return sum_over(*this, [](const auto& s) { return s.scheduled(); });
}

const char* to_label(run_verdict v) noexcept {
  switch (v) {
    case run_verdict::pass: return "pass";
    case run_verdict::fail: return "fail";
    case run_verdict::inconclusive: return "inconclusive";
    case run_verdict::unreachable: return "unreachable";
  }
  return "inconclusive";
}

int run_decision::exit_code() const noexcept {
  switch (verdict) {
    case run_verdict::pass: return core::exit_pass;
    case run_verdict::fail: return core::exit_fail;
    case run_verdict::inconclusive: return core::exit_inconclusive;
    case run_verdict::unreachable: return core::exit_unavailable;
  }
  return core::exit_inconclusive;
}

run_decision decide(const run_summary& s) {
  if (s.gate) return by_objectives(*s.gate);
  if (s.ran() == 0) return {run_verdict::inconclusive, "nothing ran"};
  if (s.failed() > 0 && !s.reached)
    return {run_verdict::unreachable, "no connection to any target could be made"};
  if (s.failed() > 0)
    return {run_verdict::fail, fmt::format("{} of {} runs failed", s.failed(), s.ran())};
  if (auto why = shortage(s); !why.empty()) return {run_verdict::inconclusive, std::move(why)};
  return {run_verdict::pass,
          s.ran() == 1 ? "the run passed" : fmt::format("all {} runs passed", s.ran())};
}

slo::run_results results_of(const run_summary& s) {
  slo::run_results out;
  out.from = static_cast<slo::unix_millis>(s.started / 1'000'000);
  out.to = static_cast<slo::unix_millis>(s.ended / 1'000'000);
  out.scheduled = static_cast<std::int64_t>(s.scheduled());
  out.ran = static_cast<std::int64_t>(s.ran());
  out.labels.assign(s.labels.begin(), s.labels.end());
  out.metrics = s.metrics;
  out.series = s.counters;
  for (const auto& [name, scenario] : s.scenarios)
    for (const auto& f : scenario.failures) out.failures.push_back(failure_of(name, f));
  return out;
}

slo::gate_result judge_objectives(const run_summary& s,
                                  const std::vector<slo::objective>& objectives) {
  return slo::judge_run(objectives, results_of(s), {});
}

}  // namespace probe
