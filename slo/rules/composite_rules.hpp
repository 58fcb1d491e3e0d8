#pragma once

#include "slo/rules/rule_builder.hpp"

/// Objectives that are made of others (OpenSLO composites of Occurrences).
namespace slo {

/// Records the burn rate of all windows, the weighted sum of the members', and the coverage, the
/// least of theirs. A member without traffic adds nothing; without one member's data there is none.
void add_composite(rule_builder& rules);

/// `slo_id=~"a|b"`
std::string members_matcher(const objective& composite);

}  // namespace slo
