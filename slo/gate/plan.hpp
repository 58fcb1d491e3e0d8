#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/gate/gate.hpp"
#include "slo/gate/simulated_release.hpp"

/// What a verdict will need, before anything is measured. Pure.
namespace slo {

struct plan_rules {
  double rate = 1;  ///< events a second, of each objective
  double alpha = 0.05;
  std::optional<double> errors;  ///< the share of events that may be expected to be bad
};

struct plan_line {
  objective what;
  std::string problem;                      ///< why the gate cannot judge it; "" when it can
  double allowed = 0;                       ///< share of bad events
  std::optional<std::int64_t> clean;        ///< events to pass when none is bad, peeking
  std::optional<std::int64_t> clean_fixed;  ///< the same for a sample fixed beforehand
  std::optional<simulated_course> course;   ///< with `errors`, peeking
};

struct gate_plan {
  plan_rules rules;
  std::vector<plan_line> lines;

  /// Events until all that can pass have passed, when none is bad.
  std::optional<std::int64_t> clean() const;
};

/// Simulated releases behind "expected"; seeded, so that a plan stays the same.
inline constexpr std::int64_t planned_releases = 1000;
/// Where a simulated release is given up, in events: so many times the reciprocal of the budget.
inline constexpr double planned_budgets = 200;

/// One objective is expected to be violated among all: its fail is at Holm's first level.
gate_plan make_plan(const std::vector<objective>& objectives, const plan_rules& rules);

std::string plan_text(const gate_plan& p);
/// Format `remora-gate-plan`, version 1.
std::string plan_json(const gate_plan& p);

}  // namespace slo
