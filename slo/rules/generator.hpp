#pragma once

#include <string>
#include <vector>

#include "slo/model/objective.hpp"

namespace slo {

struct generated_file {
  std::string path;
  std::string content;
};

/// Where generated files go.
struct generation_folders {
  std::string rules;  ///< NAME.rules.yaml
  std::string tests;  ///< NAME.test.yaml
};

/// What was generated, and what could not be.
struct generation {
  std::vector<generated_file> files;
  std::vector<std::string> notes;  ///< for a person: which SLO has no unit tests, and why
};

/// The rule and test files of all objectives, a pair for each SLO. Pure; the same objectives and
/// folders give the same bytes.
generation generate(const std::vector<objective>& objectives, const generation_folders& to);

/// Writes the files, leaving those alone that have these bytes already, and removes files in the
/// two folders that an earlier run generated and this one did not. Throws std::runtime_error naming
/// the file that cannot be written.
void write_generation(const generation& what, const generation_folders& to);

}  // namespace slo
