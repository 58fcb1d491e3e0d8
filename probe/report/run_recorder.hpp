#pragma once

#include <map>
#include <string>

#include "core/clock.hpp"
#include "probe/engine/run_metrics.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/report/run_summary.hpp"

namespace probe {

/// Collects a run while it goes on. On the worker's thread.
class run_recorder {
 public:
  /// `wall` outlives it. Scenarios are known from the start, so that one of which nothing ran is in
  /// the report too.
  run_recorder(const core::wall_clock& wall, core::instant start);

  /// A scenario that is going to run.
  void expect(const scenario& s);
  void note(const run_result& result);
  /// The accounts now: what was missed since the last time belongs to this moment.
  void note(const std::map<std::string, run_ledger>& ledgers, core::instant now);
  /// The end: nothing is noted afterwards. Takes the counters over.
  void close(core::instant end, bool interrupted, const run_metrics& metrics);

  run_summary& summary() noexcept { return summary_; }
  const run_summary& summary() const noexcept { return summary_; }

 private:
  scenario_summary& entry(const scenario& s);
  void note_step(scenario_summary& into, const step_result& step);

  const core::wall_clock& wall_;
  run_summary summary_;
};

}  // namespace probe
