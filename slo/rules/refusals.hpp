#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"

namespace slo {

/// Why rules cannot be generated for some of these objectives, each as `ID: reason`: all of them,
/// in their order. They can be validated and reported all the same.
std::vector<std::string> refused_for_rules(const std::vector<objective>& objectives);

}  // namespace slo
