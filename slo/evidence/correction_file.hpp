#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config_reader.hpp"
#include "slo/evidence/correction.hpp"

namespace slo {

/// One entry as it is written.
struct correction_entry {
  correction_kind kind = correction_kind::correction;
  std::vector<std::string> slos, services;
  std::string from, to;
  std::optional<long> forgive;
  std::string by, why;

  static void describe(core::fields<correction_entry>& f);
};

/// A file of corrections: the table that it is read by, and that its reference and schema are from.
struct corrections_document {
  std::vector<correction_entry> corrections;

  static void describe(core::fields<corrections_document>& f);
};

}  // namespace slo
