#pragma once

#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"

namespace slo {

/// What a person concludes from the numbers; the value of `state` in JSON.
enum class budget_state {
  ok,       ///< there is budget left, and it is not being spent faster than it grows
  burning,  ///< there is budget left, but the last five minutes spent it too fast
  spent,    ///< there is none left
  no_data,  ///< nothing is known; never the same as good
};
const char* to_label(budget_state s) noexcept;

/// One objective with what was observed of it, derived numbers included.
struct objective_status {
  objective what;
  evidence seen;

  budget_state state() const;
};

/// A report at one instant. Pure values; the formats below are views of it.
struct report {
  unix_millis at = 0;
  std::string prometheus;
  std::vector<objective_status> slos;
};

report make_report(const std::vector<objective>& objectives, std::vector<evidence> seen,
                   std::string prometheus, unix_millis at);

/// A table for a terminal, 100 columns or fewer for usual names.
std::string report_table(const report& r);

/// `{"at","prometheus","slos":[{…}]}`; a number that does not exist (no events) is null.
std::string report_json(const report& r);

/// `99.871 %`: cut, not rounded, so that 100 % is said only of all.
std::string share_text(double share);
/// `12.3 %`, rounded; for budgets.
std::string percent_text(double share);

}  // namespace slo
