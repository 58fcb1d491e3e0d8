#pragma once

#include "slo/model/alert_policy.hpp"
#include "slo/model/references.hpp"

namespace slo {

/// A policy with its condition and targets in place.
struct resolved_policy {
  alert_policy value;
  core::position at;           ///< of its name
  core::position lookback_at;  ///< of the condition's window
};

/// Nullopt when its condition is not known (then a problem was added). A target that is no document
/// is told by its name alone as long as there are no documents of targets; beside them it is a
/// problem, or a note in the lenient profile.
std::optional<resolved_policy> resolve_policy(const alert_policy_document& policy,
                                              const references& known, reading& how);

/// The policies of an SLO, inline or referred to.
std::vector<resolved_policy> policies_of(const slo_document& slo, const references& known,
                                         reading& how);

}  // namespace slo
