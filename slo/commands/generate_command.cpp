#include <filesystem>
#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/commands.hpp"
#include "slo/rules/generator.hpp"

namespace slo {

namespace {

/// What rules cannot be made for is refused, all of it at once.
void require_rules(const std::vector<objective>& objectives) {
  bool good = true;
  for (const auto& o : objectives) {
    auto other = beyond_counters(o);
    if (!other && !o.grouping.empty()) other = "grouping labels";
    if (!other) continue;
    std::cerr << o.id << ": no rules can be generated for " << *other << "\n";
    good = false;
  }
  if (!good) throw data_error{};
}

}  // namespace

int generate_command(const generate_arguments& given) {
  return run_command([&] {
    const auto objectives = load(given.paths);
    require_rules(objectives);
    const generation_folders to{
        given.out, given.tests.value_or((std::filesystem::path(given.out) / "tests").string())};
    const auto generated = generate(objectives, to);
    write_generation(generated, to);
    for (const auto& file : generated.files) std::cout << file.path << "\n";
    for (const auto& note : generated.notes) std::cerr << "remora-slo: " << note << "\n";
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
