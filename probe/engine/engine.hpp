#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "probe/checks/check.hpp"
#include "probe/engine/run_metrics.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/schedule.hpp"
#include "probe/format/scenario_reader.hpp"

namespace core {
class worker;
}

namespace probe {

/// How long scenarios are run. Without limits: until the drain, at places of the wall clock that
/// are each scenario's own. With one: the first start is now.
struct run_plan {
  std::optional<std::uint64_t> iterations;  ///< of each scenario
  std::optional<core::duration> duration;
  bool endless() const noexcept { return !iterations && !duration; }
};

/// Runs scenarios in an open model on one worker: each intended start begins a run of its own,
/// whatever became of the earlier ones; at most `max_running` of a scenario at a time, the rest is
/// missed{overrun}. Everything happens on the worker's thread.
class engine {
 public:
  /// Told about every run that ended with a result, in the order they were added.
  using listener = std::function<void(const run_result&)>;

  /// `w` and `metrics` outlive the engine, and the engine outlives the worker's loop.
  engine(core::worker& w, run_metrics& metrics, run_plan plan = {});

  void on_finished(listener l) { listeners_.push_back(std::move(l)); }

  /// Runs exactly these scenarios from now on. One whose file is unchanged goes on with its
  /// schedule and its account, and uses the new setup with its next run; others end or begin, and
  /// runs under way finish by the old rules, still seen by the listeners.
  void replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup);

  /// Whether all starts of a limited plan have come and their runs have ended.
  bool done() const noexcept;
  /// Schedules nothing more and waits for the runs under way until `until`; what is then still
  /// running is missed{shutdown}, and its result is dropped.
  core::task<> drain(core::deadline until);

  /// The accounts of the present scenarios, by name.
  std::map<std::string, run_ledger> ledgers() const;

 private:
  struct slot {
    std::shared_ptr<const probe::scenario> scenario;
    std::shared_ptr<const probe_setup> setup;
    std::shared_ptr<scenario_metrics> metrics;
    schedule starts;
    bool stopped = false;          // no more starts
    bool abandoned = false;        // results no longer count
    std::uint64_t told_steps = 0;  // whose answers carried Server-Timing
  };
  std::shared_ptr<slot> make_slot(std::shared_ptr<const scenario> s,
                                  std::shared_ptr<const probe_setup> setup);
  static bool goes_on(const slot& now, const scenario& next, const probe_setup& setup);
  core::task<> schedule_runs(std::shared_ptr<slot> s);
  core::task<> run(std::shared_ptr<slot> s, core::instant intended);
  void finish(slot& s, run_result& result);
  bool any_running() const noexcept;

  core::worker& worker_;
  run_metrics& metrics_;
  run_plan plan_;
  std::map<std::string, std::shared_ptr<slot>> slots_;
  std::vector<std::shared_ptr<slot>> leaving_;  // replaced, with runs under way
  std::vector<listener> listeners_;
};

}  // namespace probe
