#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random_source.hpp"
#include "slo/rules/alert_condition.hpp"

namespace slo {

/// Share of the events that fail, by minutes since the trouble began (1, 2, …).
using error_course = std::function<double(long minute)>;

/// How events arrive within a minute's share of them.
enum class arrivals { even, by_chance };

/// Something that happens to a service with a clean history.
struct scenario {
  std::string name;  ///< of its kind: what --scenario takes
  std::string what;  ///< what happens, for people
  double rate = 0;   ///< events a minute, on average
  bool diurnal =
      false;  ///< the rate follows the day: nearly none at midnight, twice as many at noon
  arrivals arrive = arrivals::even;
  long history = 0;   ///< minutes of clean traffic before
  long duration = 0;  ///< minutes of trouble
  int repeats = 1;    ///< how often it is simulated, each time with other numbers
  std::function<error_course(core::random_source&)> course;
  std::optional<double> steady_error;  ///< sudden and steady, so that a closed form applies
};

/// What scenarios are made from.
struct scenario_basis {
  double budget = 0;                   ///< share of the events that may fail
  std::optional<double> slice_target;  ///< share of a slice's events that must be good
  long period_minutes = 0;
  bool rolling = true;
  double rate = 0;  ///< events a minute
  std::vector<alert_condition> conditions;
};

/// Multiple of the average rate at a minute of the day.
double diurnal_rate(long minute) noexcept;

/// The names of all kinds, in their order.
std::vector<std::string_view> scenario_names();

/// The scenarios of these kinds (of all kinds, when none is named), in a fixed order.
std::vector<scenario> make_scenarios(const scenario_basis& basis,
                                     const std::vector<std::string>& kinds);

}  // namespace slo
