#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "slo/model/selector.hpp"

namespace slo {

/// Milliseconds since the Unix epoch: the resolution of Prometheus.
using unix_millis = std::int64_t;

struct sample {
  unix_millis at = 0;
  double value = 0;
  friend bool operator==(const sample&, const sample&) = default;
};

/// One series with its samples in ascending order of time.
struct time_series {
  label_list labels;  ///< sorted by name, with `__name__`
  std::vector<sample> samples;

  /// The value of a label; "" when it has none.
  std::string_view label(std::string_view name) const noexcept {
    for (const auto& [key, value] : labels) {
      if (key == name) return value;
    }
    return {};
  }
};

}  // namespace slo
