#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/exposition.hpp"
#include "core/metrics_shard.hpp"
#include "probe/checks/stream_outcome.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/format/scenario_reader.hpp"

namespace probe {

/// How fresh what is submitted can be read: `remora_probe_freshness_seconds`, from the intended
/// submission on, and `remora_probe_stream_messages_total{result}`. All there at 0 from the start.
/// Written and read on the worker's thread.
class stream_metrics final : public core::metric_source {
 public:
  /// The scenarios there are now; series of those that stay go on, others end.
  void follow(const scenario_list& scenarios);
  void note(const run_result& result) noexcept;

  void write(core::exposition_writer& out) const override;

 private:
  struct cells {
    cells();
    core::histogram_cell freshness;
    std::array<core::counter_cell, message_fate_count> fates;
    std::string scenario, target, step;
  };
  /// By the scenario's key, then by the step's index.
  std::map<std::pair<std::string, std::size_t>, std::unique_ptr<cells>> steps_;
};

}  // namespace probe
