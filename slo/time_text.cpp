#include "slo/time_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace slo {

namespace {

constexpr double latest_seconds = 253402300800.0;  // year 10000

std::optional<unix_millis> from_seconds(std::string_view text) {
  double seconds = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= 0 && seconds < latest_seconds)) return std::nullopt;
  return std::llround(seconds * 1000);
}

/// `Z` or `+hh:mm`, in seconds east of UTC.
std::optional<int> zone_offset(const std::string& text) {
  if (text == "Z" || text == "z") return 0;
  char sign = 0;
  int hours = 0;
  int minutes = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &end) != 3) {
    return std::nullopt;
  }
  const bool whole = static_cast<std::size_t>(end) == text.size() && text.size() == 6;
  if (!whole || (sign != '+' && sign != '-') || hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
}

std::optional<unix_millis> from_rfc3339(const std::string& text) {
  std::tm tm{};
  double seconds = 0;
  char separator = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d:%lf%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                  &separator, &tm.tm_hour, &tm.tm_min, &seconds, &end) != 7) {
    return std::nullopt;
  }
  if (separator != 'T' && separator != 't' && separator != ' ') return std::nullopt;
  const auto offset = zone_offset(text.substr(static_cast<std::size_t>(end)));
  const bool in_range = tm.tm_year >= 1970 && tm.tm_mon >= 1 && tm.tm_mon <= 12 &&
                        tm.tm_mday >= 1 && tm.tm_mday <= 31 && tm.tm_hour < 24 && tm.tm_min < 60 &&
                        seconds >= 0 && seconds < 61;
  if (!offset || !in_range) return std::nullopt;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  return std::llround((static_cast<double>(timegm(&tm) - *offset) + seconds) * 1000);
}

}  // namespace

std::optional<unix_millis> parse_time(std::string_view text) {
  if (auto seconds = from_seconds(text)) return seconds;
  return from_rfc3339(std::string(text));
}

std::string format_time(unix_millis at) {
  const auto seconds = static_cast<std::time_t>(at / 1000);
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
  return text;
}

std::string format_span(double seconds) {
  struct unit {
    double seconds;
    const char* name;
  };
  constexpr unit units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
  for (const auto& u : units) {
    if (seconds < 2 * u.seconds) continue;
    char text[32];
    const double count = seconds / u.seconds;
    std::snprintf(text, sizeof text, count < 10 ? "%.1f %s" : "%.0f %s", count, u.name);
    return text;
  }
  return std::to_string(std::llround(seconds)) + " s";
}

}  // namespace slo
