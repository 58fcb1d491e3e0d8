#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/exposition.hpp"
#include "core/metrics_shard.hpp"
#include "probe/engine/run_ledger.hpp"
#include "probe/engine/run_result.hpp"

namespace probe {

/// Where histograms show traces, which outlives its users, and the clock that spans are stamped by.
struct exemplar_use {
  core::exemplar_book& book;
  core::wall_clock wall;
};

/// Whether a sidecar knows us: not said before somebody answered; yes with the first answer that
/// says so; no only after several runs in a row without, so that one odd answer is no alarm.
class recognition {
 public:
  static constexpr int runs_until_no = 3;
  void note(bool recognised) noexcept;
  std::optional<bool> known() const noexcept { return known_; }

 private:
  std::optional<bool> known_;
  std::uint8_t in_a_row_ = 0;  // without
};

/// The series of one scenario, all there at 0 from the start; those of failures by reason come with
/// the first. Written and read on the worker's thread. Its ledger is the account of the scenario's
/// runs, so no scrape can see it unbalanced.
class scenario_metrics {
 public:
  /// `is_signed`: whether a sidecar can recognise it, so that the alarm has a meaning. With
  /// `shown_in`, observations may become exemplars.
  scenario_metrics(const scenario& s, bool is_signed, const exemplar_use* shown_in = nullptr);
  ~scenario_metrics();
  scenario_metrics(const scenario_metrics&) = delete;
  scenario_metrics& operator=(const scenario_metrics&) = delete;

  run_ledger& ledger() noexcept { return ledger_; }
  const run_ledger& ledger() const noexcept { return ledger_; }
  /// A run has started this late.
  void started(core::duration lag) noexcept;
  /// A run has ended with a result; closes its entry in the ledger, and leaves in the result what
  /// its spans may be exemplars of.
  void finished(run_result& result);

  const std::string& name() const noexcept { return name_; }
  /// "": the scenario has no targets.
  const std::string& target() const noexcept { return target_; }

 private:
  friend class run_metrics;
  struct step_cells {
    explicit step_cells(std::string n);
    std::string name;
    std::array<core::counter_cell, place_count> failed;
    core::histogram_cell total;
    /// Null, and so exposed as 0, until the phase is gone through: most steps know few of them.
    std::array<std::unique_ptr<core::histogram_cell>, phase_count> phases;
  };
  struct failure_count {
    std::size_t step = 0;
    verdict what;
    std::uint64_t count = 0;
  };
  void count_failure(std::size_t step, verdict what);

  std::string name_, target_;
  const exemplar_use* shown_in_;
  run_ledger ledger_;
  core::counter_cell passed_;
  std::vector<std::unique_ptr<step_cells>> steps_;
  std::vector<failure_count> failures_;  // as many as were seen
  core::histogram_cell lag_;
  core::histogram_cell duration_;
  bool signed_;
  recognition recognised_;
};

/// The probe's metric families, over the scenarios there are now. A scenario that a reload takes
/// away takes its series along.
class run_metrics final : public core::metric_source {
 public:
  run_metrics() = default;
  /// With exemplars, in OpenMetrics, on the durations of runs and steps.
  explicit run_metrics(exemplar_use shown_in) : shown_in_(shown_in) {}

  /// Adds a scenario's series; replaces those of one with the same key.
  std::shared_ptr<scenario_metrics> add(const scenario& s, bool is_signed);
  void remove(const std::string& key);

  void write(core::exposition_writer& out) const override;

 private:
  void write_ledger(core::exposition_writer& out) const;
  void write_runs(core::exposition_writer& out) const;
  void write_failures(core::exposition_writer& out) const;
  void write_durations(core::exposition_writer& out,
                       const core::exemplar_book::reading& book) const;
  void write_steps(core::exposition_writer& out, const core::exemplar_book::reading& book) const;
  void write_recognised(core::exposition_writer& out) const;
  std::optional<exemplar_use> shown_in_;
  std::map<std::string, std::shared_ptr<scenario_metrics>> scenarios_;
};

}  // namespace probe
