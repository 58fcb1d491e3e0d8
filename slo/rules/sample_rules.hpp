#pragma once

#include <string>

#include "slo/rules/rule_builder.hpp"

/// SLIs whose events cannot be counted: raw ratios, thresholds, and ratios of queries that no
/// counter can be recovered from. Their error ratio is sampled each minute and averaged over time.
namespace slo {

/// Records slo:error:ratio1m (nothing without traffic) and slo:sources:count1m.
void add_samples(rule_builder& rules);

/// Why the numbers are approximate, for a person.
std::string approximation_note(const objective& o);

/// A query with `{{.window}}` replaced.
std::string with_window(const std::string& query, const std::string& window);

}  // namespace slo
