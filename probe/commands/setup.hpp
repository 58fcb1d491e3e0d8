#pragma once

#include <memory>
#include <string>
#include <vector>

#include "probe/checks/check.hpp"
#include "probe/config.hpp"
#include "probe/format/scenario_reader.hpp"

namespace probe {

/// A configuration with everything it refers to: what the engine is given, at start and at reload.
struct loaded {
  scenario_list scenarios;
  std::shared_ptr<const probe_setup> setup;
};

/// What runs share by a configuration. Throws std::runtime_error naming a file of trusted roots
/// that cannot be used.
probe_setup make_setup(const probe_config& config);

/// What is kept of runs, with the folder seen from the configuration's file.
failures_config failures_of(const probe_config& config, const std::string& config_path);

/// Builds the TLS contexts that a scenario's steps ask for; a file that cannot be used is a
/// problem.
void prepare_tls(const scenario& s, probe_setup& setup, core::problems& found);

/// The scenario paths of a configuration, seen from the file it was read from.
std::vector<std::string> scenario_paths(const probe_config& config, const std::string& config_path);

/// Everything that a configuration refers to; all problems are added to `found`.
loaded load_all(const probe_config& config, const std::string& config_path, core::problems& found);

}  // namespace probe
