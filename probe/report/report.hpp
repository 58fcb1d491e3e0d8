#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "probe/engine/duration_sketch.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/schedule.hpp"

namespace probe {

/// What a limited number of runs came to, in bounded memory; for `remora-probe run`.
class run_report {
 public:
  void note(const run_result& result);
  /// The accounts at the end, by scenario: what was missed belongs to the report.
  void close(const std::map<std::string, run_ledger>& ledgers);

  /// 0: something ran and all passed; 1: something failed; 2: nothing ran.
  int exit_code() const noexcept;
  /// For a person at a terminal.
  std::string to_text() const;
  /// For programs; durations in seconds.
  std::string to_json() const;

 private:
  /// Failures of one kind, counted, with the last one as an example.
  struct failure_group {
    std::string step;
    verdict what;
    std::uint64_t count = 0;
    std::string detail;
    std::string trace_id;
  };
  struct step_summary {
    std::string name;
    std::uint64_t failed = 0;
    duration_sketch took;
  };
  struct scenario_summary {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    duration_sketch took;  // from the intended start
    duration_sketch lag;
    std::vector<step_summary> steps;
    std::vector<failure_group> failures;
    run_ledger ledger;
  };
  static failure_group& group_of(scenario_summary& in, const std::string& step, verdict what);
  static std::string scenario_json(const std::string& name, const scenario_summary& s);

  std::map<std::string, scenario_summary> scenarios_;
};

/// `12.3ms`, `1.25s`: three digits, for people.
std::string readable(core::duration d);

}  // namespace probe
