#include <algorithm>
#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/commands.hpp"
#include "slo/simulate/simulation.hpp"

namespace slo {

namespace {

constexpr double least_rate = 0.001;
constexpr double most_rate = 1'000'000;

double rate_argument(const std::string& text) {
  const auto rate = number_argument(text);
  if (rate && *rate >= least_rate && *rate <= most_rate) return *rate;
  throw usage_error("--traffic is no rate: " + text +
                    " (expected events a minute, from 0.001 to 1000000)");
}

std::string scenario_argument(const std::string& name) {
  const auto known = scenario_names();
  if (std::find(known.begin(), known.end(), name) != known.end()) return name;
  std::string names;
  for (const auto& each : known) names += (names.empty() ? "" : ", ") + std::string(each);
  throw usage_error("--scenario is unknown: " + name + " (expected " + names + ")");
}

simulation_settings settings_of(const simulate_arguments& given) {
  simulation_settings out;
  if (given.seed && *given.seed < 0) throw usage_error("--seed is negative");
  if (given.seed) out.seed = static_cast<std::uint64_t>(*given.seed);
  for (const auto& name : given.scenarios) out.scenarios.push_back(scenario_argument(name));
  if (given.traffic.empty()) return out;
  out.traffic.clear();
  for (const auto& rate : given.traffic) out.traffic.push_back(rate_argument(rate));
  out.rate = out.traffic.front();
  return out;
}

}  // namespace

int simulate_command(const simulate_arguments& given) {
  return run_command([&] {
    const auto settings = settings_of(given);
    const auto simulated = simulate(load(given.paths), settings);
    std::cout << (given.json ? simulation_json(simulated, settings) + "\n"
                             : simulation_text(simulated));
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
