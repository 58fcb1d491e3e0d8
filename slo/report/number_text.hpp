#pragma once

#include <optional>
#include <string>

#include "slo/evidence/evidence.hpp"

/// Numbers of reports as people read them, alike in every format. Pure.
namespace slo {

inline constexpr const char* nothing_text = "-";

template <class Format>
std::string shown(const std::optional<double>& value, Format format) {
  return value ? format(*value) : nothing_text;
}

/// `0.20`, `14.40`, `1234`.
std::string burn_text(double burn);
/// A number of events, slices or minutes: whole ones without a point, else one digit.
std::string amount_text(double amount);
/// The same with its unit, `4032 slices`; events have none, a composite `-`.
std::string amount_text(double amount, budget_unit unit);
/// `2026-01-31 10:00` in UTC.
std::string minute_text(unix_millis at);
/// `2026-01-31 10:00 to 11:30`, with the day again when it is another one.
std::string span_text(unix_millis from, unix_millis to);
/// `0.52 %`, three significant digits.
std::string error_share_text(double ratio);

}  // namespace slo
