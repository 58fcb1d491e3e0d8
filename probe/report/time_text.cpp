#include "probe/report/time_text.hpp"

#include <fmt/format.h>

#include <ctime>

namespace probe {

std::string rfc3339(std::uint64_t unix_nanos) {
  const auto seconds = static_cast<std::time_t>(unix_nanos / 1'000'000'000);
  tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     unix_nanos / 1000 % 1'000'000);
}

std::string readable(core::duration d) {
  const double s = core::seconds(d);
  if (s < 1e-3) return fmt::format("{:.0f}us", s * 1e6);
  if (s < 1) return fmt::format("{:.3g}ms", s * 1e3);
  return fmt::format("{:.3g}s", s);
}

}  // namespace probe
