#include "slo/gate/run_gate.hpp"

namespace slo {

namespace {

std::vector<evidence> evidence_of(const std::vector<objective>& objectives,
                                  const run_results& results) {
  std::vector<evidence> out;
  for (const auto& o : objectives) {
    if (o.counters && !o.composite()) {
      out.push_back(run_evidence(o, results));
      continue;
    }
    auto& seen = out.emplace_back();  // `decide` says why there is nothing to count
    seen.source = evidence_source::run;
    seen.from = results.from;
    seen.to = seen.newest = results.to;
  }
  return out;
}

failure_kind kind_of(const run_failure& f) {
  return {f.scenario + " " + f.step + ": " + f.where + "/" + f.why, f.detail, f.count, f.traces};
}

}  // namespace

gate_result judge_run(const std::vector<objective>& objectives, const run_results& results,
                      const gate_rules& rules, const run_results* baseline) {
  auto out = decide(objectives, evidence_of(objectives, results), rules,
                    baseline ? evidence_of(objectives, *baseline) : std::vector<evidence>{});
  for (auto& line : out.lines)
    for (const auto& f : failures_of(line.what, results)) line.failures.push_back(kind_of(f));
  return out;
}

}  // namespace slo
