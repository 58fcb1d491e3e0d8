#pragma once

#include <optional>
#include <string>
#include <vector>

namespace probe {

/// The arguments of `remora-probe run`, as they were given.
struct run_arguments {
  std::vector<std::string> files;
  std::optional<std::string> config;  ///< targets, secrets, signing and otlp; not its scenarios
  std::vector<std::string> targets;   ///< NAME=URL, over the configuration's
  std::optional<std::string> duration;
  std::optional<long> iterations;
  std::optional<std::string> json;  ///< file to write the report to
  bool check_only = false;
};

/// `remora-probe run FILE…`: runs scenarios for a while and reports. Gives the exit code: 0 all
/// passed, 1 any failed, 2 nothing ran, 64 wrong arguments, 65 a file with problems, 69 no report
/// written.
int run(const run_arguments& given);

}  // namespace probe
