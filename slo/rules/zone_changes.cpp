#include "slo/rules/zone_changes.hpp"

#include "slo/model/calendar.hpp"

namespace slo {

namespace {

constexpr unix_seconds first_known = 1704067200;  // 2024-01-01: no rule is evaluated before
constexpr unix_seconds last_known = 2145916800;   // 2038-01-01

}  // namespace

std::optional<std::vector<zone_change>> zone_changes(const std::string& name) {
  const auto zone = find_time_zone(name);
  if (!zone) return std::nullopt;
  std::vector<zone_change> out{{first_known, zone->offset_minutes(first_known) * 60L}};
  for (const auto& change : zone->changes(first_known, last_known)) {
    out.push_back({change.at, change.offset_minutes * 60L});
  }
  return out;
}

}  // namespace slo
