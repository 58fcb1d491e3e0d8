#pragma once

#include "slo/evidence/run_results.hpp"
#include "slo/gate/gate.hpp"

namespace slo {

/// Judges objectives by what a run of the probe counted, alone or beside another run, and adds the
/// failures with their traces. Pure.
gate_result judge_run(const std::vector<objective>& objectives, const run_results& results,
                      const gate_rules& rules, const run_results* baseline = nullptr);

}  // namespace slo
