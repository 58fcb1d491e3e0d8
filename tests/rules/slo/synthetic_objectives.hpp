#pragma once

#include <vector>

#include "slo/model/objective.hpp"

namespace slo::tests {

/// SLOs of every method, window and kind of SLI that rules can be generated for, named for what
/// they are: their generated rules and unit tests are given to promtool.
std::vector<objective> synthetic_objectives();

}  // namespace slo::tests
