#pragma once

#include <compare>
#include <string>

#include "core/config_reader.hpp"

namespace probe {

/// A path written in a file, as seen from that file's folder; absolute ones stay. Empty: none.
struct file_path {
  std::string path;
  bool empty() const noexcept { return path.empty(); }
  friend auto operator<=>(const file_path&, const file_path&) = default;
};

}  // namespace probe

template <>
const core::value_kind& core::kind_of<probe::file_path>();
