#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/exposition.hpp"
#include "core/worker.hpp"

namespace api_tests {

/// A worker's metrics as they are scraped: `name{labels}` and its value.
inline std::map<std::string, double> metrics_of(core::worker& w) {
  core::exposition_writer out(core::exposition_format::text);
  core::shard_source(std::vector{&std::as_const(w.metrics)}).write(out);
  const std::string text = std::move(out).finish();
  std::map<std::string, double> samples;
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string_view::npos) continue;
    samples[std::string(line.substr(0, space))] = std::stod(std::string(line.substr(space + 1)));
  }
  return samples;
}

/// Those of one family that are not 0.
inline std::map<std::string, double> counted(core::worker& w, std::string_view family) {
  std::map<std::string, double> found;
  for (const auto& [name, value] : metrics_of(w))
    if (name.starts_with(family) && value != 0) found.emplace(name.substr(family.size()), value);
  return found;
}

}  // namespace api_tests
