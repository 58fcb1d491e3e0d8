#pragma once

#include <string>

#include "slo/report/report.hpp"

/// The charts of one objective, each a fragment of HTML with inline SVG (core/svg_chart.hpp). The
/// stretches that corrections exclude are shaded. Pure.
namespace slo {

/// What is left of the period's budget over time.
std::string burn_down_chart(const objective_status& s, const history& past);
/// The burn rate of each step, and the rate that spends the budget exactly.
std::string burn_rate_chart(const objective_status& s, const history& past);
/// The share of each step that has data.
std::string coverage_chart(const objective_status& s, const history& past);

}  // namespace slo
