#include <filesystem>
#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/commands.hpp"
#include "slo/rules/generator.hpp"

namespace slo {

int generate_command(const generate_arguments& given) {
  return run_command([&] {
    const auto objectives = load(given.paths);
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
