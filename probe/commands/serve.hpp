#pragma once

#include <optional>
#include <string>
#include <vector>

namespace probe {

/// The arguments of `remora-probe serve`, as they were given. What stands in for blackbox_exporter
/// (docs/blackbox.md) takes that program's flags.
struct serve_arguments {
  std::optional<std::string> config;
  bool check_only = false;
  std::optional<std::string> part;  ///< i/n: the part of all scenarios and targets to run
  std::optional<std::string> blackbox_config;
  std::vector<std::string> listen;  ///< addresses instead of the configuration's
  std::optional<std::string> route_prefix, external_url, log_level, timeout_offset;
  std::optional<long> history_limit;
};

/// `remora-probe serve`: runs the scenarios of a configuration until SIGTERM, and answers /probe
/// when a blackbox configuration is given; gives the exit code. With `check_only` the files are
/// read and reported, nothing more.
int serve(const serve_arguments& given);

}  // namespace probe
