#include "core/config_check.hpp"

#include <cstdio>

#include "core/command_line.hpp"

namespace core {

int report_config(const std::string& path, const problems& found) {
  if (found.empty()) {
    std::printf("%s: ok\n", path.c_str());
    return exit_pass;
  }
  std::fputs(found.to_string().c_str(), stderr);
  return exit_data;
}

}  // namespace core
