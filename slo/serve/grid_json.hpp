#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json_writer.hpp"
#include "slo/serve/chart_data.hpp"

namespace slo {

/// Adds `from`, `to`, `step_seconds` and `times`, which are Unix seconds.
core::json_object& add_grid(core::json_object& out, const time_grid& grid);

/// A value or null each.
std::string values_json(const std::vector<std::optional<double>>& values);

}  // namespace slo
