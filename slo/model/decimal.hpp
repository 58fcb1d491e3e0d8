#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slo {

/// A decimal number as a person wrote it: 0.995 stays 0.995, and what is derived from it (its
/// complement, a factor) is written without the noise of binary fractions. Up to 15 digits.
class decimal {
 public:
  constexpr decimal() = default;
  /// units / 10^scale; trailing zeros are dropped.
  decimal(std::int64_t units, int scale);

  /// `0.995`, `99.5`, `-1`; no exponent, no surrounding space. Nullopt when it is none of these or
  /// has more than 15 digits.
  static std::optional<decimal> parse(std::string_view text);

  /// 1 - x, exactly.
  decimal complement() const;
  /// x / 100, exactly.
  decimal percent() const { return {units_, scale_ + 2}; }
  /// x * numerator / denominator, rounded to nearest at `digits` decimal places.
  decimal times(std::int64_t numerator, std::int64_t denominator, int digits) const;

  /// The shortest spelling: no exponent, no trailing zeros.
  std::string to_string() const;
  double to_double() const;

  friend bool operator==(const decimal&, const decimal&) = default;

 private:
  std::int64_t units_ = 0;
  int scale_ = 0;
};

}  // namespace slo
