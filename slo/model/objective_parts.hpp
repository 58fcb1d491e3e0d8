#pragma once

#include "slo/model/objective.hpp"

/// What an objective has of its own documents, references aside.
namespace slo {

/// The SLO's part of every objective, with target and slices of this one. No id, no indicator.
objective objective_of(const slo_document& slo, const objective_document& from);

/// For people: the SLO's name; of one of several objectives, its own behind it.
const std::string& title_of(const slo_document& slo);
std::string title_of(const slo_document& slo, const objective_document& from);

/// Puts the indicator in place. A threshold metric needs `op` and `value`, and no other has them.
void measure(objective& o, const objective_document& from, const indicator& sli, reading& how);

}  // namespace slo
