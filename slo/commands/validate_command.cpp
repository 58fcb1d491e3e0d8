#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/commands.hpp"

namespace slo {

int validate_command(const std::vector<std::string>& paths) {
  return run_command([&] {
    const auto objectives = load(paths);
    for (const auto& path : paths) std::cout << path << ": ok\n";
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
