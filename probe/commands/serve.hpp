#pragma once

#include <string>

namespace probe {

/// `remora-probe serve`: runs the scenarios of a configuration until SIGTERM; gives the exit code.
/// With `check_only` the configuration and its scenarios are read and reported, nothing more.
int serve(const std::string& config_path, bool check_only);

}  // namespace probe
