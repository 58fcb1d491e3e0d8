#include "slo/simulate/text.hpp"

#include <cmath>
#include <cstdio>

namespace slo {

std::string brief_span(long minutes) {
  constexpr long hour = 60;
  constexpr long day = 24 * hour;
  const auto with = [](long large, char unit, long small, char rest) {
    auto out = std::to_string(large) + unit;
    if (small > 0) out += std::to_string(small) + rest;
    return out;
  };
  if (minutes < hour) return std::to_string(minutes) + 'm';
  if (minutes < day) return with(minutes / hour, 'h', minutes % hour, 'm');
  return with(minutes / day, 'd', minutes % day / hour, 'h');
}

std::string brief_percent(double share) {
  const double percent = share * 100;
  char text[32];
  const double size = std::abs(percent);
  const int digits = size >= 9.95 || size == 0 ? 0 : size >= 0.995 ? 1 : size >= 0.0995 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f %%", digits, percent);
  return text;
}

std::string brief_number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number >= 1000 ? "%.0f" : "%.4g", number);
  return text;
}

}  // namespace slo
