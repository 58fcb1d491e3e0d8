#include <algorithm>

#include "slo/model/calendar.hpp"
#include "slo/model/zones/zone_table.hpp"

namespace slo {

namespace {

std::span<const relative_change> changes_of(const zone_data& zone) {
  return change_table().subspan(zone.begin, zone.length);
}

offset_change absolute(const zone_data& zone, const relative_change& change) {
  return {(static_cast<unix_seconds>(change.minute) - zone.shift) * 60,
          zone.first + change.relative};
}

/// The first change after an instant.
auto first_after(const zone_data& zone, unix_seconds at) {
  const auto list = changes_of(zone);
  return std::upper_bound(
      list.begin(), list.end(), at,
      [&](unix_seconds t, const relative_change& change) { return t < absolute(zone, change).at; });
}

}  // namespace

std::string_view time_zone::name() const noexcept {
  return data_->name;
}

int time_zone::offset_minutes(unix_seconds at) const noexcept {
  const auto next = first_after(*data_, at);
  if (next == changes_of(*data_).begin()) return data_->first;
  return data_->first + std::prev(next)->relative;
}

std::vector<offset_change> time_zone::changes(unix_seconds from, unix_seconds to) const {
  std::vector<offset_change> out;
  const auto list = changes_of(*data_);
  for (auto next = first_after(*data_, from); next != list.end(); ++next) {
    const auto change = absolute(*data_, *next);
    if (change.at > to) break;
    out.push_back(change);
  }
  return out;
}

bool time_zone::whole_hours() const noexcept {
  const auto list = changes_of(*data_);
  return data_->first % 60 == 0 && std::all_of(list.begin(), list.end(), [&](const auto& change) {
           return (data_->first + change.relative) % 60 == 0;
         });
}

std::optional<time_zone> find_time_zone(std::string_view name) {
  const auto zones = zone_table();
  const auto at =
      std::lower_bound(zones.begin(), zones.end(), name,
                       [](const zone_data& zone, std::string_view n) { return zone.name < n; });
  if (at == zones.end() || at->name != name) return std::nullopt;
  return time_zone(*at);
}

std::vector<std::string_view> time_zone_names() {
  std::vector<std::string_view> out;
  for (const auto& zone : zone_table()) out.push_back(zone.name);
  return out;
}

}  // namespace slo
