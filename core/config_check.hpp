#pragma once

#include <string>
#include <utility>

#include "core/config_reader.hpp"

namespace core {

/// `--check-config`: prints `FILE: ok` on standard output and gives `exit_pass`, or prints every
/// problem as `file:line:column: problem (expected …)` on standard error and gives `exit_data`.
int report_config(const std::string& path, const problems& found);

/// Reads the file as a `T` and reports. `more(const T&, problems&)` may look at what the file
/// refers to (scenarios, certificates); it is called only for a file without problems.
template <class T, class More>
int check_config(const std::string& path, More more,
                 const environment& env = process_environment()) {
  problems found;
  const T config = load_config<T>(path, found, env);
  if (found.empty()) more(config, found);
  return report_config(path, found);
}

template <class T>
int check_config(const std::string& path, const environment& env = process_environment()) {
  return check_config<T>(
      path, [](const T&, problems&) {}, env);
}

}  // namespace core
