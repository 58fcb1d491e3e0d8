#pragma once

#include <string>

#include "probe/report/run_summary.hpp"

/// The parts of the page that are charts; each a fragment of HTML. Pure.
namespace probe {

/// Latency over time.
std::string latency_chart(const run_summary& s);
/// What became of the runs over time.
std::string outcome_chart(const run_summary& s);
/// How the durations of one scenario are spread.
std::string spread_chart(const std::string& name, const scenario_summary& s);
/// The mean of each phase of a step as a bar; `longest` fills it.
std::string phase_bar(const step_summary& step, core::duration longest);
/// The phases' colours.
std::string phase_legend();
/// What is known of the error ratio, and what is allowed, on one line.
std::string interval_bar(const slo::gate_line& line);

}  // namespace probe
