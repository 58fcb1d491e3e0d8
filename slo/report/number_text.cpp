#include "slo/report/number_text.hpp"

#include <cmath>
#include <cstdio>

#include "slo/commands/time_text.hpp"

namespace slo {

namespace {

std::string printed(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::string burn_text(double burn) {
  return printed(burn < 100 ? "%.2f" : "%.0f", burn);
}

std::string amount_text(double amount) {
  const double rounded = std::round(amount);
  return printed(std::abs(amount - rounded) < 0.05 ? "%.0f" : "%.1f", amount);
}

std::string amount_text(double amount, budget_unit unit) {
  switch (unit) {
    case budget_unit::events: return amount_text(amount);
    case budget_unit::slices: return amount_text(amount) + " slices";
    case budget_unit::minutes: return amount_text(amount) + " min";
    case budget_unit::burn: return nothing_text;
  }
  return nothing_text;
}

std::string minute_text(unix_millis at) {
  auto text = format_time(at).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string span_text(unix_millis from, unix_millis to) {
  const auto begin = minute_text(from), end = minute_text(to);
  const bool same_day = begin.substr(0, 10) == end.substr(0, 10);
  return begin + " to " + (same_day ? end.substr(11) : end);
}

std::string error_share_text(double ratio) {
  return printed("%.3g %%", ratio * 100);
}

}  // namespace slo
