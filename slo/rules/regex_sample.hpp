#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slo {

/// A few texts that a regular expression (RE2's syntax, as Prometheus has it) matches as a whole,
/// one for each alternative; none when it has a construct that is not understood. Whoever uses one
/// checks it against the expression.
std::vector<std::string> regex_samples(std::string_view expression);

}  // namespace slo
