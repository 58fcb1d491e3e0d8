#pragma once

#include <map>
#include <string>

#include "probe/commands/run_command.hpp"
#include "probe/config.hpp"
#include "probe/engine/engine.hpp"

/// What the arguments of `run` (and of `replay`) mean. Each gives what is wrong, "" for nothing.
namespace probe {

std::string read_plan(const run_arguments& given, run_plan& plan);
/// `NAME=URL` over the configuration's targets.
std::string read_targets(const std::vector<std::string>& given, probe_config& config);
/// `KEY=VALUE`, a label name and any text. Without a `job` it is `remora-probe`, which is what a
/// scrape of the daemon would add, so that the same objectives select both.
std::string read_labels(const std::vector<std::string>& given,
                        std::map<std::string, std::string>& labels);

}  // namespace probe
