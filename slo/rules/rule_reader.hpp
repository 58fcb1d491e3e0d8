#pragma once

#include <vector>

#include "core/document.hpp"
#include "slo/rules/rules.hpp"

namespace slo {

/// The groups of a rule file, or of a PrometheusRule resource, as far as they matter for comparing
/// rules: other fields are passed over. What is neither adds a problem.
std::vector<rule_group> read_rule_groups(const core::document& file, core::problems& found);

}  // namespace slo
