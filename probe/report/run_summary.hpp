#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "probe/checks/phases.hpp"
#include "probe/engine/duration_sketch.hpp"
#include "probe/engine/run_ledger.hpp"
#include "probe/report/time_text.hpp"
#include "probe/report/timeline.hpp"
#include "probe/verdict/verdict.hpp"
#include "slo/evidence/run_results.hpp"
#include "slo/gate/gate.hpp"

/// What a limited number of runs came to, as values: every report is written from this. Its size
/// depends on scenarios and steps, not on how long the run was. Texts are masked.
namespace probe {

/// One failed run as an example of its kind.
struct failure_example {
  std::string trace_id;  ///< "" when the scenario is not traced
  std::string detail;
  std::uint64_t intended = 0;  ///< nanoseconds since the Unix epoch
  core::duration took{};
};

/// Failures of one kind: the step that failed, where and why. Of its examples the first and the
/// last ones are kept.
struct failure_group {
  static constexpr std::size_t most_examples = 5;

  std::string step;
  probe::verdict what;
  std::uint64_t count = 0;
  std::vector<failure_example> examples;

  void add(failure_example one);
};

struct step_summary {
  std::string name;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
  duration_sketch took;
  std::array<duration_sketch, phase_count> phases;  ///< of last attempts
};

struct scenario_summary {
  std::string description;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  duration_sketch took;  ///< from the intended start
  duration_sketch lag;
  std::vector<step_summary> steps;
  std::vector<failure_group> failures;
  run_ledger ledger;
  /// Intended runs whose time had not come when a signal ended it: missed{shutdown} too.
  std::uint64_t unstarted = 0;

  std::uint64_t ran() const noexcept { return passed + failed; }
  std::uint64_t scheduled() const noexcept { return ledger.scheduled() + unstarted; }
  std::uint64_t missed(missed_reason why) const noexcept {
    return ledger.missed(why) + (why == missed_reason::shutdown ? unstarted : 0);
  }
  std::uint64_t missed() const noexcept { return scheduled() - ledger.runs() - ledger.running(); }
};

struct run_summary {
  std::string program_version;
  std::uint64_t started = 0;  ///< nanoseconds since the Unix epoch, whole milliseconds
  std::uint64_t ended = 0;
  bool interrupted = false;                   ///< by a signal, before its end
  bool reached = false;                       ///< any connection to any target was made
  std::map<std::string, std::string> labels;  ///< what it was about: candidate, baseline, a commit
  std::map<std::string, scenario_summary> scenarios;
  duration_sketch took;  ///< of all runs
  timeline over_time;
  std::vector<std::string> metrics;           ///< names that are counted
  std::vector<slo::counted_series> counters;  ///< all but zeros
  std::optional<slo::gate_result> gate;       ///< when objectives were given

  std::uint64_t passed() const noexcept;
  std::uint64_t failed() const noexcept;
  std::uint64_t ran() const noexcept { return passed() + failed(); }
  std::uint64_t missed() const noexcept;
  std::uint64_t scheduled() const noexcept;
  core::duration lasted() const noexcept { return std::chrono::nanoseconds(ended - started); }
};

enum class run_verdict { pass, fail, inconclusive, unreachable };
const char* to_label(run_verdict v) noexcept;

/// What the run comes to, with the reason in a sentence. With objectives their gate decides. Else:
/// any failed run is a fail, or `unreachable` when no connection was made to anything; too little
/// evidence (nothing ran, or of a scenario less than half of the intended runs) is inconclusive.
struct run_decision {
  run_verdict verdict = run_verdict::inconclusive;
  std::string reason;

  /// 0 pass, 1 fail, 2 inconclusive, 69 unreachable.
  int exit_code() const noexcept;
};
run_decision decide(const run_summary& s);

/// What the objectives of a gate are judged by.
slo::run_results results_of(const run_summary& s);
/// Judges objectives by the run's own counts.
slo::gate_result judge_objectives(const run_summary& s,
                                  const std::vector<slo::objective>& objectives);

}  // namespace probe
