#include <algorithm>

#include "slo/report/text_table.hpp"
#include "slo/simulate/simulation.hpp"
#include "slo/simulate/text.hpp"

namespace slo {

namespace {

/// `9m/5m`: until it fired, and until it was silent after the end.
std::string cell(const alert_summary& alert) {
  if (!alert.median_minutes) return "-";
  auto out = brief_span(*alert.median_minutes) + "/";
  out += alert.median_resolution ? brief_span(*alert.median_resolution)
                                 : ">" + brief_span(longest_aftermath);
  if (alert.fired < alert.runs) {
    out += " (" + brief_percent(static_cast<double>(alert.fired) / alert.runs) + ")";
  }
  return out;
}

/// What of the budget is spent when the first alert fires.
std::string first_budget(const scenario_result& result) {
  const alert_summary* first = nullptr;
  for (const auto& alert : result.alerts) {
    if (!alert.median_minutes) continue;
    if (!first || *alert.median_minutes < *first->median_minutes) first = &alert;
  }
  return first ? brief_percent(first->median_budget) : "-";
}

std::string scenario_table(const objective_simulation& of) {
  std::vector<std::string> header{"scenario", "spent", "at first alert"};
  for (const auto& alert : of.alerts) header.push_back(alert.title);
  text_table table(std::move(header));
  for (const auto& [result, closed_form] : of.scenarios) {
    std::vector<std::string> row{result.what.name + ": " + result.what.what,
                                 brief_percent(result.budget_spent), first_budget(result)};
    for (const auto& alert : result.alerts) row.push_back(cell(alert));
    table.row(std::move(row));
  }
  return table.to_string();
}

std::string monthly_text(double times) {
  char text[32];
  std::snprintf(text, sizeof text, times < 10 ? "%.2f" : "%.0f", times);
  return times == 0 ? "0" : text;
}

std::string traffic_table(const objective_simulation& of) {
  text_table table({"events a minute", "half the budget: pages", "tickets",
                    "all of the budget: pages", "tickets"});
  std::vector<std::string> row;
  for (const auto& traffic : of.traffic) {
    if (row.empty()) row.push_back(brief_number(traffic.rate));
    for (const bool pages : {true, false}) {
      row.push_back(monthly_text(traffic.monthly(of.alerts, pages)));
    }
    if (traffic.burn < 1) continue;
    table.row(std::move(row));
    row.clear();
  }
  return table.to_string();
}

std::string notes(const objective_simulation& of) {
  std::string out;
  for (const auto& [condition, title, page, fires] : of.alerts) {
    if (!fires.never.empty()) out += "CANNOT FIRE  " + title + ": " + fires.never + "\n";
    if (!fires.always.empty()) out += "ALWAYS FIRES  " + title + ": " + fires.always + "\n";
    if (fires.blind_below > 0) {
      out += title + " cannot fire below " + brief_number(fires.blind_below) +
             " events a minute: it waits for " + std::to_string(condition.least_bad_events) +
             " failed ones\n";
    }
  }
  return out;
}

std::string one(const objective_simulation& of) {
  auto out = of.id + ": " + of.name + "\n" + of.method + ", " +
             (of.target.empty() ? "" : of.target + " ") + "over " + of.period;
  if (!of.refused.empty()) return out + "\nno rules, so no alerts: " + of.refused + "\n";
  if (of.alerts.empty()) return out + "\nno alerts of its own\n";
  if (!of.scenarios.empty()) {
    out += ", " + brief_number(of.rate) + " events a minute\n\n" + scenario_table(of) +
           "spent: of the budget; alerts: until it fires/until it is silent after the end "
           "(medians, share of the runs)\n";
  }
  if (!of.traffic.empty()) {
    out += "\nfalse alerts a month, with steady errors that the objective allows (" +
           std::to_string(of.traffic.front().months) + " months of chance)\n" + traffic_table(of);
  }
  const auto remarks = notes(of);
  return out + (remarks.empty() ? "" : "\n" + remarks);
}

}  // namespace

std::string simulation_text(const std::vector<objective_simulation>& simulations) {
  std::string out;
  for (const auto& of : simulations) out += (out.empty() ? "" : "\n") + one(of);
  return out;
}

}  // namespace slo
