#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/exposition.hpp"
#include "core/metrics_shard.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/schedule.hpp"

namespace probe {

/// The series of one scenario, all there at 0 from the start. Written and read on the worker's
/// thread. Its ledger is the account of the scenario's runs, so no scrape can see it unbalanced.
class scenario_metrics {
 public:
  /// `is_signed`: whether a sidecar can recognise it, so that the alarm has a meaning.
  scenario_metrics(const scenario& s, bool is_signed);

  run_ledger& ledger() noexcept { return ledger_; }
  const run_ledger& ledger() const noexcept { return ledger_; }
  /// A run has started this late.
  void started(core::duration lag) noexcept;
  /// A run has ended with a result; closes its entry in the ledger.
  void finished(const run_result& result) noexcept;

  const std::string& name() const noexcept { return name_; }

 private:
  friend class run_metrics;
  static constexpr std::size_t duration_count = phase_count + 1;  // the phases and `total`
  struct step_cells {
    std::string name;
    std::array<core::counter_cell, place_count> failed;
    std::deque<core::histogram_cell> durations;
  };
  std::string name_;
  run_ledger ledger_;
  core::counter_cell passed_;
  std::vector<std::unique_ptr<step_cells>> steps_;
  core::histogram_cell lag_;
  core::histogram_cell duration_;
  bool signed_;
  core::gauge_cell recognised_;
};

/// The probe's metric families, over the scenarios there are now. A scenario that a reload takes
/// away takes its series along.
class run_metrics final : public core::metric_source {
 public:
  /// Adds a scenario's series; replaces those of one with the same name.
  std::shared_ptr<scenario_metrics> add(const scenario& s, bool is_signed);
  void remove(const std::string& name);

  void write(core::exposition_writer& out) const override;

 private:
  void write_ledger(core::exposition_writer& out) const;
  void write_runs(core::exposition_writer& out) const;
  void write_durations(core::exposition_writer& out) const;
  void write_steps(core::exposition_writer& out) const;
  void write_recognised(core::exposition_writer& out) const;
  std::map<std::string, std::shared_ptr<scenario_metrics>> scenarios_;
};

}  // namespace probe
