#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"
#include "probe/discovery/found_target.hpp"

namespace probe {

/// Reads a file of Prometheus' `file_sd_configs`, JSON or YAML: a list of groups with `targets`
/// (host:port each) and `labels`. All problems are added to `found`, and then the result is not to
/// be used. An empty list is no problem: there are no targets. Pure.
std::vector<found_target> parse_file_sd(const std::string& file_name, std::string_view text,
                                        core::problems& found);

}  // namespace probe
