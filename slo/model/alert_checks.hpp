#pragma once

#include "slo/model/objective.hpp"
#include "slo/model/policy_resolver.hpp"

namespace slo {

/// Alerts that could never fire, of an objective whose highest burn rate is this, are problems:
/// those that are derived from its period at `at`, the written ones at their own places.
void check_derived_alerts(const objective& o, double highest, const core::position& at,
                          reading& how);
void check_policies(const objective& o, double highest,
                    const std::vector<resolved_policy>& policies, reading& how);

}  // namespace slo
