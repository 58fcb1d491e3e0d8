#pragma once

#include <string>

#include "core/config_reader.hpp"

namespace core {

/// `--check-config`: prints `FILE: ok` on standard output and gives `exit_pass`, or prints every
/// problem as `file:line:column: problem (expected …)` on standard error and gives `exit_data`.
int report_config(const std::string& path, const problems& found);

}  // namespace core
