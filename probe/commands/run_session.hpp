#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "core/lifecycle.hpp"
#include "core/log.hpp"
#include "core/otlp_sender.hpp"
#include "core/readiness.hpp"
#include "core/span_sink.hpp"
#include "core/worker.hpp"
#include "probe/commands/setup.hpp"
#include "probe/discovery/discovery.hpp"
#include "probe/engine/engine.hpp"
#include "probe/replay/bundle_store.hpp"
#include "probe/report/progress.hpp"
#include "probe/report/run_recorder.hpp"
#include "slo/model/objective.hpp"

namespace probe {

/// One set of runs from their start to their summary. Shows progress on standard error unless it is
/// told to be quiet. A signal ends it early: runs under way finish, the rest is missed{shutdown}.
class run_session {
 public:
  /// With a folder in `failures`, bundles are left there.
  run_session(const probe_config& config, const failures_config& failures, run_plan plan,
              bool quiet, const shard& part = {});

  /// Starts no more runs once the objectives are decided. Those under way are waited for and count
  /// too.
  void stop_when_decided() noexcept { until_decided_ = true; }

  /// Runs to the end, with the targets that are found before the first run. With objectives, the
  /// summary has their gate.
  run_summary run(loaded what, const std::vector<slo::objective>& objectives,
                  std::map<std::string, std::string> labels);

 private:
  core::task<> begin(loaded what);
  void note_unstarted();
  core::task<> watch();
  core::task<> show_progress();
  progress present(core::instant now);
  double share_done(core::instant now) const;
  std::string so_far(core::instant now);
  slo::outcome objectives_say(core::instant now);
  core::task<> decision();

  core::logger log_;
  core::readiness ready_;
  core::worker worker_;
  core::span_sink spans_;
  core::lifecycle lifecycle_;
  std::optional<core::otlp_sender> sender_;
  run_metrics metrics_;
  run_plan plan_;
  engine engine_;
  discovery_metrics targets_;
  discovery discovery_;
  core::instant start_ = core::now();
  run_recorder recorder_;
  std::optional<bundle_store> bundles_;
  progress_display display_;
  bool quiet_;
  bool until_decided_ = false;
  bool decided_ = false;
  bool over_ = false;         // all starts have come and gone
  bool interrupted_ = false;  // the drain began before
  const std::vector<slo::objective>* objectives_ = nullptr;
  std::string last_failure_;
  std::deque<std::pair<core::instant, std::uint64_t>> lately_;  // runs that had ended by then
};

}  // namespace probe
