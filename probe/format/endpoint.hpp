#pragma once

#include <map>
#include <string>

namespace probe {

/// What one run is about, where its scenario has `targets`.
struct endpoint {
  std::string name;  ///< value of the label `target`; "" for a scenario without targets
  /// What `${endpoint.NAME}` stands for: `address`, `host`, `port`, `base`, and the labels.
  std::map<std::string, std::string> values;

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

}  // namespace probe
