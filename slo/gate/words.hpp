#pragma once

#include <string>

#include "slo/gate/gate.hpp"

/// How the gate's reports put things. Pure.
namespace slo {

/// `0.42 %`: more digits below a tenth of a percent, so that small bounds can be told apart.
std::string ratio_text(double ratio);
/// `2.3`.
std::string times_text(double times);
/// `95 %`.
std::string confidence_text(const gate_rules& rules);
/// The unit of `gate_line::allowed` and its interval: percent, or times the budget.
std::string bound_text(const gate_line& line, double bound);

/// Why the line's decision is what it is, in one sentence. `shown` are its levels, among `lines`.
std::string reason_for(const gate_line& line, const levels& shown, std::size_t lines,
                       const gate_rules& rules);
/// Why there can be no pass, whatever the counts are; "" when there can.
std::string obstacle(const evidence& seen);
/// The same of everything that the line is judged by.
std::string obstacle(const gate_line& line);

/// One sentence for the whole: what decided.
std::string summary_of(const gate_result& r);

inline constexpr const char* independence =
    "Events are taken as independent of each other and the window as typical of the release.";

}  // namespace slo
