#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/correction.hpp"
#include "slo/evidence/evidence.hpp"
#include "slo/evidence/history.hpp"
#include "slo/report/views.hpp"

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
  evidence seen;                               ///< without corrections, as the rules know it
  std::optional<corrected_numbers> corrected;  ///< when corrections concern its window
  std::optional<history> past;                 ///< when it was asked for

  /// With corrections, where there are any.
  budget_state state() const;
  std::optional<double> left() const;
  /// The part of its history that is of its evidence's window; nullopt when there is none.
  std::optional<history> period_past() const;
};

/// A report at one instant. Pure values; the formats below are views of it.
struct report {
  unix_millis at = 0;
  std::string prometheus;
  std::vector<objective_status> slos;
  std::vector<view_comparison> views;  ///< black-box beside white-box objectives of one service
  bool weekly = false;                 ///< says how the last seven days compare with those before
};

report make_report(const std::vector<objective>& objectives, std::vector<evidence> seen,
                   std::string prometheus, unix_millis at);

/// What is asked of a report beside its numbers, in the order of its objectives.
struct report_extras {
  std::vector<std::optional<corrected_numbers>> corrected;
  std::vector<history> past;
};
/// Adds corrections and histories, and with them what the views disagree about.
void complete(report& r, report_extras extras);

/// A table for a terminal, 100 columns or fewer for usual names.
std::string report_table(const report& r);

/// `{"at","prometheus","slos":[{…}]}`; a number that does not exist (no events) is null.
std::string report_json(const report& r);

/// The members of one objective in `slos`, history included when there is one.
std::string status_json(const objective_status& s);
/// `{"step_seconds","source","unit","points":[{"at","total","bad","burn_rate","coverage",
/// "error_budget_remaining"}]}`; the last one is the burn-down of the history's own budget.
std::string history_json(const objective& o, const history& of);

/// GitHub-flavoured Markdown.
std::string report_markdown(const report& r);

/// One page with charts that needs nothing else: no other file, no request.
std::string report_html(const report& r);

/// `99.871 %`: cut, not rounded, so that 100 % is said only of all.
std::string share_text(double share);
/// `12.3 %`, rounded; for budgets.
std::string percent_text(double share);

/// What people should know of an objective's numbers, a sentence each: approximate ones, a period
/// that is not over, resets, series whose start is unknown, corrections.
std::vector<std::string> notes_of(const objective_status& s);

}  // namespace slo
