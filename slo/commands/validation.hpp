#pragma once

#include <string>
#include <vector>

#include "core/document.hpp"

namespace slo {

/// What `validate` has seen.
struct validation {
  core::problems found;
  core::problems notes;
  std::vector<std::string> objectives;  ///< their ids
};

/// One line each, `file:line:column: note: what`.
std::string notes_text(const core::problems& notes);

/// `{"valid","problems":[{"file","line","column","what","expected"}],"notes":[…],
/// "objectives":[…]}`; problems in the order of their lines.
std::string validation_json(const validation& seen);

}  // namespace slo
