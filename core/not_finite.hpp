#pragma once

#include <cmath>
#include <string>

namespace core {

/// Writes what is no number, as both expositions of Prometheus spell it (`NaN`, `+Inf`, `-Inf`);
/// false, and nothing written, for a number.
inline bool append_not_finite(std::string& out, double value) {
  if (std::isfinite(value)) return false;
  out += std::isnan(value) ? "NaN" : value < 0 ? "-Inf" : "+Inf";
  return true;
}

}  // namespace core
