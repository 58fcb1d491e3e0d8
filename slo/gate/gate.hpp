#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"
#include "slo/gate/freeze.hpp"
#include "slo/gate/verdict.hpp"

/// The release gate: from evidence to a verdict with its reasons. docs/gate.md explains it.
namespace slo {

/// How the gate decides.
struct gate_rules {
  double alpha = 0.05;
  gate_method method = gate_method::sequence;
  /// Beside a baseline: by how much more of its events the candidate may lose. Absent: the share
  /// that the objective allows.
  std::optional<double> margin;
};

/// Evidence whose newest sample is older than this says nothing about now.
inline constexpr unix_millis stale_millis = 60 * 1000;
/// Under this share of the expected scrapes (or intended runs), too much went unseen to pass.
inline constexpr double least_gate_coverage = 0.5;

/// Failures of one kind, with traces that show some of them.
struct failure_kind {
  std::string what;        ///< "critical-path read: app/status"
  std::string detail;      ///< of one of them
  std::int64_t count = 0;  ///< 0: it is not known
  std::vector<std::string> traces;
};

/// What an objective is judged by.
enum class judged_by {
  events,    ///< the share of bad events, against the objective's budget
  slices,    ///< the same, against what the objective asks of one slice of time
  members,   ///< a composite: the sum of its members' weighted burn rates, against 1
  baseline,  ///< the difference to the baseline's share of bad events, against the margin
  nothing,   ///< there are no events to count
};
const char* to_label(judged_by j) noexcept;

/// One objective's part of the verdict.
struct gate_line {
  objective what;
  evidence seen;
  std::optional<evidence> baseline;
  judged_by by = judged_by::events;
  double allowed = 0;  ///< share of bad events, burn rate or difference, see `by`
  outcome decision = outcome::inconclusive;
  error_interval interval;                     ///< of what is held against `allowed`
  std::optional<std::int64_t> events_to_pass;  ///< in all, when no further event is bad
  std::string reason;                          ///< one sentence
  std::vector<failure_kind> failures;
};

struct gate_result {
  outcome evidence_says = outcome::inconclusive;  ///< before the freeze rule
  outcome overall = outcome::inconclusive;
  gate_rules rules;
  unix_millis from = 0;
  unix_millis to = 0;
  std::vector<gate_line> lines;
  std::optional<freeze_state> freeze;  ///< when the rule was asked for

  /// 0 pass, 1 fail, 2 inconclusive.
  int exit_code() const noexcept;
};

/// Judges the evidence of each objective, in their order; with baselines, of the same order, the
/// difference to them. What has no numbers, is stale or was hardly covered cannot pass; it can
/// still fail by what was seen. Pure.
gate_result decide(const std::vector<objective>& objectives, const std::vector<evidence>& seen,
                   const gate_rules& rules, const std::vector<evidence>& baselines = {});

/// A release with a spent budget is no pass, whatever the evidence says, unless that is overridden.
void apply_freeze(gate_result& to, freeze_state state);

/// The share of bad events that an objective with events is asked about: its budget, or with slices
/// of time that have a target of their own what that allows of one.
double allowed_share(const objective& o);

/// Why there is nothing to count of an objective; "" when there is.
std::string uncountable(const objective& o);

}  // namespace slo
