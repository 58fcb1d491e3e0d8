#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_reader.hpp"
#include "core/document.hpp"
#include "probe/format/bindings.hpp"
#include "probe/format/scenario.hpp"

namespace probe {

using scenario_list = std::vector<std::shared_ptr<const scenario>>;

/// Reads the scenarios of one text (`---` separates several). Besides the format it checks that
/// every reference has a value when its step runs: targets and secrets are bound, variables are
/// extracted by an earlier step. On problems the result is not to be used.
scenario_list parse_scenarios(const std::string& file_name, std::string_view text,
                              const bindings& constants, core::problems& found,
                              const core::environment& env = core::process_environment());

/// The same for files and folders (whose *.yaml and *.yml are read in order of their names). A name
/// that two scenarios share is a problem.
scenario_list load_scenarios(const std::vector<std::string>& paths, const bindings& constants,
                             core::problems& found,
                             const core::environment& env = core::process_environment());

}  // namespace probe
