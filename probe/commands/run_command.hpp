#pragma once

#include <optional>
#include <string>
#include <vector>

namespace probe {

/// The arguments of `remora-probe run`, as they were given.
struct run_arguments {
  std::vector<std::string> files;
  std::optional<std::string> config;  ///< targets, secrets, signing and otlp; not its scenarios
  std::optional<std::string> part;    ///< i/n: the part of all scenarios and targets to run
  std::vector<std::string> targets;   ///< NAME=URL, over the configuration's
  std::vector<std::string> labels;    ///< KEY=VALUE, for the reports
  std::vector<std::string> gate;      ///< SLO files or folders
  std::optional<std::string> duration;
  std::optional<long> iterations;
  std::optional<std::string> load;  ///< load shapes in short, over the scenarios' own
  std::optional<std::string> json, junit, markdown, html;  ///< files to write reports to
  std::optional<std::string> failures;                     ///< folder for bundles
  bool stop_when_decided = false;  ///< with a gate: end as soon as it says pass or fail
  bool quiet = false;
  bool check_only = false;
};

/// `remora-probe run FILE…`: runs scenarios for a while and reports. Gives the exit code of the
/// run's decision (`probe::decide`): 0, 1, 2 or 69; 64 for wrong arguments, 65 for a file with
/// problems, 69 when a report could not be written.
int run(const run_arguments& given);

}  // namespace probe
