#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "core/worker.hpp"
#include "probe/engine/planner.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/turns.hpp"

namespace probe {

/// Runs scenarios in an open model on one worker: each intended start begins a run of its own,
/// whatever became of the earlier ones, or is missed for a reason. What is decided, and when, is
/// the planner's; here are its timer and the runs. Everything happens on the worker's thread.
class engine {
 public:
  /// Told about every run that ended with a result, in the order they were added.
  using listener = std::function<void(const run_result&)>;

  /// `w` and `metrics` outlive the engine, and the engine outlives the worker's loop.
  engine(core::worker& w, run_metrics& metrics, run_plan plan = {}, planner::limits most = {});

  void on_finished(listener l) { listeners_.push_back(std::move(l)); }

  /// Runs exactly these scenarios from now on. One whose text is unchanged goes on with its
  /// schedule and its account, and uses the new setup with its next run; others end or begin, and
  /// runs under way finish by the old rules, still seen by the listeners.
  void replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup);

  /// Whether all starts of a limited plan have come and their runs have ended.
  bool done() const noexcept { return planner_.done(); }
  /// Schedules nothing more and waits for the runs under way until `until`; what is then still
  /// running is missed{shutdown}, and its result is dropped.
  core::task<> drain(core::deadline until);

  /// How many runs are intended in all; nullopt when they do not end.
  std::optional<std::uint64_t> planned() const noexcept { return planner_.planned(); }
  /// The same by scenario, without those that do not end.
  std::map<std::string, std::uint64_t> planned_each() const { return planner_.planned_each(); }
  /// The accounts of the present scenarios, by name.
  std::map<std::string, run_ledger> ledgers() const { return planner_.ledgers(); }

 private:
  void turn();
  void wake_in_time();
  core::task<> run(planned_run what, core::instant intended);
  void finish(const planned_run& what, run_result& result);

  core::worker& worker_;
  planner planner_;
  turns turns_;
  core::steady_timer timer_;
  std::vector<listener> listeners_;
};

}  // namespace probe
