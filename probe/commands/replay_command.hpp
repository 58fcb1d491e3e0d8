#pragma once

#include <optional>
#include <string>
#include <vector>

namespace probe {

/// The arguments of `remora-probe replay`, as they were given.
struct replay_arguments {
  std::vector<std::string> files;     ///< one bundle
  std::optional<std::string> config;  ///< secrets, signing, trust and otlp; not its targets
  std::vector<std::string> targets;   ///< NAME=URL, over the bundle's
  std::string address = "pinned";     ///< or `fresh`
  bool json = false;
};

/// `remora-probe replay BUNDLE`: runs a kept run again, step by step, and shows what is different.
/// Gives the exit code: 0 it passes now, 1 it still fails, 2 it could not be repeated, 64 wrong
/// arguments, 65 a bad bundle or configuration.
int replay(const replay_arguments& given);

}  // namespace probe
