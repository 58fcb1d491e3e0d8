#pragma once

#include <vector>

#include "slo/model/objective.hpp"
#include "slo/rules/rule_tests.hpp"
#include "slo/rules/rules.hpp"

/// The names that sloth (https://sloth.dev, v0.11) gives to what it records, beside our own, so
/// that dashboards and routes made for it go on working: computed from our rules, not from its.
/// Pure.
namespace slo {

/// Adds to the rules of an SLO's objectives, told apart by `slo_id`,
/// - to constants and alerts: the labels `sloth_id` (SERVICE-ID), `sloth_service`, `sloth_slo` (the
///   objective's id), and to alerts `sloth_severity` (`page` for critical, `ticket` for warning);
/// - behind the rule that each is computed from: `slo:sli_error:ratio_rateWINDOW` with the label
///   `sloth_window`, `slo:time_period:days`, `slo:current_burn_rate:ratio` (5 m),
///   `slo:period_burn_rate:ratio`, `slo:period_error_budget_remaining:ratio`, `sloth_slo_info`.
/// They keep our labels too, but for `window`. What an objective does not record (a composite has
/// no error ratio) has no name of sloth's either.
std::vector<rule_group> with_sloth_names(const std::vector<const objective*>& of_one_slo,
                                         std::vector<rule_group> groups);

/// The tests of these rules: alerts with the added labels, and that what is recorded under both
/// names is equal.
std::vector<rule_test> with_sloth_names(const std::vector<const objective*>& of_one_slo,
                                        std::vector<rule_test> tests);

}  // namespace slo
