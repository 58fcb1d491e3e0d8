#pragma once

#include "slo/rules/rule_builder.hpp"

/// Objectives whose budget is counted in time slices (OpenSLO Timeslices, RatioTimeslices).
namespace slo {

/// Records a slice when it ends: slo:total_slices:delta is 1 when it had events, and
/// slo:bad_slices:delta says how much of it was bad: 0 or 1, or with RatioTimeslices the share of
/// its events. A slice without events is recorded as none.
void add_slices(rule_builder& rules);

/// Why an objective's slices cannot be written as rules; "" when they can.
std::string slice_refusal(const objective& o);

}  // namespace slo
