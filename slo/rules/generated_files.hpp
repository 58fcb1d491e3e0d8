#pragma once

#include <string>
#include <vector>

#include "core/document.hpp"
#include "slo/rules/generator.hpp"

/// Generated files on disk.
namespace slo {

/// What happened to which file.
struct written_files {
  std::vector<std::string> written;
  std::vector<std::string> same;  ///< had these bytes already, and were left alone
  std::vector<std::string> removed;
};

/// Writes the files, leaving those alone that have these bytes already, and removes files in the
/// two folders that an earlier run generated and this one did not. Throws std::runtime_error naming
/// the file that cannot be written.
written_files write_generation(const generation& what, const generation_folders& to);

/// The rules that an earlier run generated into a folder; none when there is no such folder. A file
/// that somebody else wrote is not ours to compare with. Files that cannot be read are problems.
std::vector<rule_group> read_generated(const std::string& folder, core::problems& found);

}  // namespace slo
