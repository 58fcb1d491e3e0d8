#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "probe/checks/check.hpp"
#include "probe/engine/run_metrics.hpp"
#include "probe/engine/run_plan.hpp"
#include "probe/engine/schedule.hpp"
#include "probe/format/scenario_reader.hpp"

namespace probe {

/// One scenario under way: its schedule and its account.
struct run_slot {
  std::shared_ptr<const probe::scenario> scenario;
  std::shared_ptr<const probe_setup> setup;
  std::shared_ptr<scenario_metrics> metrics;
  schedule starts;
  bool load = false;             ///< a load profile gives the starts
  bool abandoned = false;        ///< results no longer count
  std::uint64_t told_steps = 0;  ///< whose answers carried Server-Timing

  run_ledger& ledger() const noexcept { return metrics->ledger(); }
};

/// A run that begins now.
struct planned_run {
  std::shared_ptr<run_slot> of;
  core::instant intended;
};

/// Decides which runs begin when, and accounts for those that do not. Pure: it is told the time and
/// does nothing by itself, so an hour passes in a test as fast as it can be counted. Its clock is
/// one that goes on while the machine sleeps (CLOCK_BOOTTIME), and never jumps.
class planner {
 public:
  struct limits {
    /// So many runs at a time, and the lag of the default.
    static limits with(std::uint64_t running) noexcept {
      limits out;
      out.running = running;
      return out;
    }
    /// A run that could only start later than this is missed{late}. When nobody asked for longer
    /// than this though a start was due, all that were due meanwhile are missed{suspended}: a
    /// machine that wakes up owes no burst.
    core::duration lag = std::chrono::seconds(1);
    /// Runs of all scenarios at a time; one more is missed{exhausted}.
    std::uint64_t running = UINT64_MAX;
  };

  /// `metrics` outlives the planner.
  planner(run_metrics& metrics, run_plan plan, limits most)
      : metrics_(metrics), plan_(std::move(plan)), limits_(most) {}

  /// Runs exactly these scenarios from now on. One that says what it said goes on with its schedule
  /// and its account; others end or begin. `unix_nanos` is the wall clock at `now`.
  void replace(const scenario_list& scenarios, std::shared_ptr<const probe_setup> setup,
               core::instant now, std::uint64_t unix_nanos);

  /// When `take` has something to decide next; nullopt: never.
  std::optional<core::instant> next() const noexcept;
  /// The next run to begin by `now`; to be called again until there is none. Takes the earliest
  /// intended start first, whoever's it is.
  std::optional<planned_run> take(core::instant now);
  /// A run that `take` gave has ended; its entry in the ledger is closed by the caller. Does
  /// nothing when the run was abandoned meanwhile.
  void ended(const run_slot& s) noexcept;

  /// No more starts, also of scenarios that come later.
  void stop() noexcept;
  /// What is still running is missed{shutdown}, and no result of it counts.
  void abandon();

  bool any_running() const noexcept { return running_ > 0; }
  /// Whether all starts of a limited plan have come and their runs have ended.
  bool done() const noexcept { return queue_.empty() && running_ == 0; }
  /// How many starts the present scenarios have in all; nullopt when one does not end.
  std::optional<std::uint64_t> planned() const noexcept;
  /// The same by scenario, without those that do not end.
  std::map<std::string, std::uint64_t> planned_each() const;
  /// The accounts of the present scenarios, by name.
  std::map<std::string, run_ledger> ledgers() const;

 private:
  struct entry {
    core::instant due;
    std::shared_ptr<run_slot> slot;
  };
  static bool later(const entry& a, const entry& b) noexcept { return a.due > b.due; }
  std::shared_ptr<run_slot> make_slot(std::shared_ptr<const scenario> s,
                                      std::shared_ptr<const probe_setup> setup, core::instant now,
                                      std::uint64_t unix_nanos);
  std::shared_ptr<const load_profile> load_of(const scenario& s) const;
  schedule schedule_of(const scenario& s, core::instant now, std::uint64_t unix_nanos) const;
  void push(std::shared_ptr<run_slot> slot);
  entry pop();
  void notice_suspension(core::instant now) noexcept;
  bool begins(run_slot& s, core::instant now, core::instant& intended);

  run_metrics& metrics_;
  run_plan plan_;
  limits limits_;
  std::map<std::string, std::shared_ptr<run_slot>> slots_;
  std::vector<std::shared_ptr<run_slot>> leaving_;  // replaced, with runs under way
  std::vector<entry> queue_;                        // a heap, earliest first
  std::uint64_t running_ = 0;
  bool stopped_ = false;
  core::instant asked_ = core::instant::min();            // when `take` was called last
  core::instant suspended_until_ = core::instant::min();  // starts until then are missed
};

}  // namespace probe
