#include "slo/commands/time_text.hpp"

#include <algorithm>
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

/// Takes fixed parts of a text off its front; anything else than what is asked for spoils it.
class text_parts {
 public:
  explicit text_parts(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = one_of("0123456789");
      value = value * 10 + (good_ ? c - '0' : 0);
    }
    return value;
  }
  /// The next character, when it is one of these.
  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return 0;
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  /// `.` and digits, as a fraction of one; 0 when there is no point.
  double fraction() {
    if (!rest_.starts_with('.')) return 0;
    const auto end = std::min(rest_.find_first_not_of("0123456789", 1), rest_.size());
    double value = 0;
    if (end == 1) good_ = false;
    std::from_chars(rest_.data(), rest_.data() + end, value, std::chars_format::fixed);
    rest_.remove_prefix(end);
    return value;
  }
  bool good_to_the_end() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

/// `Z` or `+hh:mm`, in seconds east of UTC.
std::optional<int> zone_offset(text_parts& parts) {
  const char sign = parts.one_of("Zz+-");
  if (sign == 'Z' || sign == 'z') return 0;
  const int hours = parts.digits(2);
  parts.one_of(":");
  const int minutes = parts.digits(2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

std::optional<unix_millis> from_rfc3339(std::string_view text) {
  text_parts parts(text);
  std::tm tm{};
  tm.tm_year = parts.digits(4);
  parts.one_of("-");
  tm.tm_mon = parts.digits(2);
  parts.one_of("-");
  tm.tm_mday = parts.digits(2);
  parts.one_of("Tt ");
  tm.tm_hour = parts.digits(2);
  parts.one_of(":");
  tm.tm_min = parts.digits(2);
  parts.one_of(":");
  const double seconds = parts.digits(2) + parts.fraction();
  const auto offset = zone_offset(parts);
  const bool in_range = tm.tm_year >= 1970 && tm.tm_mon >= 1 && tm.tm_mon <= 12 &&
                        tm.tm_mday >= 1 && tm.tm_mday <= 31 && tm.tm_hour < 24 && tm.tm_min < 60 &&
                        seconds < 61;
  if (!offset || !in_range || !parts.good_to_the_end()) return std::nullopt;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  return std::llround((static_cast<double>(timegm(&tm) - *offset) + seconds) * 1000);
}

}  // namespace

std::optional<unix_millis> parse_time(std::string_view text) {
  if (auto seconds = from_seconds(text)) return seconds;
  return from_rfc3339(text);
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
