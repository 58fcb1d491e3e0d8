#pragma once

#include <string>
#include <vector>

#include "slo/evidence/time_series.hpp"
#include "slo/serve/chart_data.hpp"

/// What the probe's scenarios met over time, from its own counters. Pure.
namespace slo {

/// PromQL for the runs within each step of a grid, by scenario, target, outcome and where they
/// broke: differences of the counters, whole numbers. A counter that began again counts what it
/// has; one that is new within the step counts from the next step on. Nothing where nothing ran.
std::string probe_runs_query(const time_grid& grid);

/// PromQL for the scenarios and targets that there are.
std::string probe_scenarios_query();

/// The `scenario` that the counters of an objective select, when they are the probe's; "" else.
std::string scenario_of(const objective& o);

/// `{…grid…,"scenarios":[{"scenario","target","passed":[…],"failed":[…],"where":{place:[…]}}]}`:
/// the runs in the step that ends at each instant; null where none took place.
std::string probes_json(const time_grid& grid, const std::vector<time_series>& runs,
                        const std::vector<time_series>& scenarios);

}  // namespace slo
