#include "slo/model/decimal.hpp"

#include <charconv>
#include <cstdlib>
#include <iterator>

namespace slo {

namespace {

constexpr int max_digits = 15;  // every such number is exact in 64 bits, and in a double's text

constexpr std::int64_t exact_units = std::int64_t{1} << 53;
constexpr double exact_powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

std::int64_t power_of_ten(int n) {
  std::int64_t result = 1;
  for (; n > 0; --n) result *= 10;
  return result;
}

}  // namespace

decimal::decimal(std::int64_t units, int scale) : units_(units), scale_(scale) {
  while (scale_ > 0 && units_ % 10 == 0) {
    units_ /= 10;
    --scale_;
  }
}

std::optional<decimal> decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto digits = text.size() - (point == std::string_view::npos ? 0 : 1);
  if (digits == 0 || digits > max_digits || text.ends_with('.') || text.starts_with('.')) {
    return std::nullopt;
  }
  std::int64_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    units = units * 10 + (text[i] - '0');
  }
  const int scale = point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
  return decimal(negative ? -units : units, scale);
}

decimal decimal::complement() const {
  return {power_of_ten(scale_) - units_, scale_};
}

decimal decimal::times(std::int64_t numerator, std::int64_t denominator, int digits) const {
  // 128 bits: 15 digits times a numerator in minutes times a power of ten exceed 64.
  __extension__ using wide = __int128;
  const wide top = static_cast<wide>(units_) * numerator * power_of_ten(digits);
  const wide bottom = static_cast<wide>(denominator) * power_of_ten(scale_);
  const wide half = (top < 0) == (bottom < 0) ? bottom / 2 : -bottom / 2;
  return {static_cast<std::int64_t>((top + half) / bottom), digits};
}

std::string decimal::to_string() const {
  const bool negative = units_ < 0;
  std::string text = std::to_string(negative ? -units_ : units_);
  if (scale_ > 0) {
    const auto scale = static_cast<std::size_t>(scale_);
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, ".");
  }
  return negative ? "-" + text : text;
}

double decimal::to_double() const {
  // Both are doubles without rounding, so their quotient is what reading the text would give.
  if (scale_ < static_cast<int>(std::size(exact_powers)) && std::abs(units_) <= exact_units) {
    return static_cast<double>(units_) / exact_powers[scale_];
  }
  const auto text = to_string();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace slo
