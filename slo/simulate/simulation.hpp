#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slo/model/objective.hpp"
#include "slo/simulate/false_alerts.hpp"
#include "slo/simulate/fireability.hpp"
#include "slo/simulate/incident.hpp"

/// What the alerts of an objective would do, without any history: scenarios that are made from the
/// specification run through the same arithmetic as the generated rules. Pure.
namespace slo {

struct simulation_settings {
  std::uint64_t seed = 1;
  double rate = 600;  ///< events a minute in scenarios that have no rate of their own
  std::vector<double> traffic{0.1, 1, 10, 100, 1000, 10000};  ///< to count false alerts at
  std::vector<std::string> scenarios;                         ///< kinds; empty: all
  int months = 12;                                            ///< of traffic for false alerts
};

struct simulated_alert {
  alert_condition condition;
  std::string title;  ///< short, for people: `critical 1h`
  bool page = false;  ///< severity `critical` or `page`; everything else is a ticket
  fireability fires;
};

/// A scenario with what its closed form says, where there is one.
struct simulated_scenario {
  scenario_result result;
  std::vector<std::optional<double>> closed_form;  ///< minutes to detection; one for each alert
};

/// What the alerts did while the objective was kept.
struct simulated_traffic {
  double rate = 0;   ///< events a minute
  double burn = 0;   ///< of the budget, in the long run: 1 spends it exactly
  double error = 0;  ///< share of the events that fails
  int months = 0;
  std::vector<false_alerts> alerts;  ///< one for each alert

  /// How often pages, or tickets, began to fire, a month.
  double monthly(const std::vector<simulated_alert>& of, bool pages) const;
};

struct objective_simulation {
  std::string id;
  std::string name;  ///< for people
  std::string target;
  std::string period;
  std::string method;  ///< of OpenSLO: `Occurrences` …; `Composite`
  double rate = 0;
  std::string refused;  ///< why there are no rules for it, so that nothing is simulated; usually ""
  std::vector<simulated_alert> alerts;
  std::vector<simulated_scenario> scenarios;
  std::vector<simulated_traffic> traffic;
};

/// Simulates each objective that has alerts. The numbers of an objective depend on itself and the
/// settings only: neither on the other objectives nor on which scenarios are wanted.
std::vector<objective_simulation> simulate(const std::vector<objective>& objectives,
                                           const simulation_settings& settings);

/// For a terminal.
std::string simulation_text(const std::vector<objective_simulation>& simulations);
/// docs/simulate.md has its schema.
std::string simulation_json(const std::vector<objective_simulation>& simulations,
                            const simulation_settings& settings);

}  // namespace slo
