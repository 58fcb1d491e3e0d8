#pragma once

#include <string_view>

#include "core/document.hpp"

namespace sidecar {

/// Where a problem with the key of a map is shown: at its value, or at the map without one.
inline const core::position& place(const core::node& map, std::string_view key) {
  const core::node* value = map.find(key);
  return value ? value->at : map.at;
}

}  // namespace sidecar
