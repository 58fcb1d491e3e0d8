#include "probe/commands/run_arguments.hpp"

#include <algorithm>

#include "probe/load/load_text.hpp"

namespace probe {
namespace {

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && !name.starts_with("__") &&
         std::all_of(name.begin(), name.end(), fits);
}

std::string read_load(const run_arguments& given, run_plan& plan) {
  plan.by_load = true;
  if (!given.load) return {};
  std::string why;
  const auto stages = parse_load(*given.load, why);
  if (!stages) return "--load: " + why;
  plan.load = std::make_shared<const load_profile>(profile_of(*stages));
  return {};
}

}  // namespace

std::string read_plan(const run_arguments& given, run_plan& plan) {
  if (given.duration && given.iterations) return "give --duration or --iterations, not both";
  if (given.iterations) {
    if (*given.iterations < 1) return "--iterations takes a number of at least 1";
    plan.iterations = static_cast<std::uint64_t>(*given.iterations);
  } else if (given.duration) {
    core::duration d{};
    if (!core::parse_duration(*given.duration, d) || d <= core::duration{})
      return "--duration takes a time such as 60s";
    plan.duration = d;
  } else {
    plan.once = true;
  }
  return read_load(given, plan);
}

std::string read_targets(const std::vector<std::string>& given, probe_config& config) {
  for (const auto& text : given) {
    const auto equals = text.find('=');
    core::base_url url;
    if (equals == std::string::npos || !core::parse_base_url(text.substr(equals + 1), url))
      return "--target takes NAME=URL, such as base=http://127.0.0.1:8080";
    config.targets[text.substr(0, equals)] = url;
  }
  return {};
}

std::string read_labels(const std::vector<std::string>& given,
                        std::map<std::string, std::string>& labels) {
  for (const auto& text : given) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || !is_label_name(text.substr(0, equals)))
      return "--label takes KEY=VALUE, such as version=1.4.2; KEY has letters, digits and _";
    labels[text.substr(0, equals)] = text.substr(equals + 1);
  }
  labels.emplace("job", "remora-probe");
  return {};
}

}  // namespace probe
