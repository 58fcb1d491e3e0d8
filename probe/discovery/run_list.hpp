#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "probe/discovery/found_target.hpp"
#include "probe/discovery/shard.hpp"
#include "probe/format/scenario_reader.hpp"

namespace probe {

/// What became of the targets of one scenario.
struct target_account {
  std::uint64_t active = 0;     ///< run here
  std::uint64_t elsewhere = 0;  ///< run by another replica
  std::uint64_t refused = 0;    ///< more than `targets.max`
};

/// What is to run, and why not more.
struct run_list {
  scenario_list scenarios;  ///< one for each target; those without targets as they are
  std::map<std::string, target_account> targets;  ///< by name, of scenarios that have targets
};

/// Every target of every scenario that has any, by the scenario's name.
using found_by_scenario = std::map<std::string, std::vector<found_target>>;

/// Decides what this replica runs. Of several targets with one name the first counts. Targets over
/// the maximum are refused in the order of their names, before work is shared, so that all replicas
/// refuse the same. Pure.
run_list list_runs(const scenario_list& scenarios, const found_by_scenario& found,
                   const shard& part);

}  // namespace probe
