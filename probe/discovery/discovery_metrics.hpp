#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "core/exposition.hpp"
#include "probe/discovery/run_list.hpp"

namespace probe {

/// What discovery says of itself: `remora_probe_targets{scenario,state}`,
/// `remora_probe_discovery_updates_total{source,result}` and
/// `remora_probe_discovery_last_success_timestamp_seconds{source}`. A source is the path of a file
/// or the name of a service, as it is configured. Used on its worker's thread.
class discovery_metrics final : public core::metric_source {
 public:
  /// The sources there are now; series of others end.
  void follow(const std::vector<std::string>& sources);
  void updated(const std::string& source, bool good, double unix_seconds);
  void show(std::map<std::string, target_account> targets) { targets_ = std::move(targets); }

  void write(core::exposition_writer& out) const override;

 private:
  struct history {
    std::array<std::uint64_t, 2> updates{};  // failed, ok
    double last_success = 0;
  };
  std::map<std::string, history> sources_;
  std::map<std::string, target_account> targets_;
};

}  // namespace probe
