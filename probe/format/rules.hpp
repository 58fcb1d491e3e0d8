#pragma once

#include <chrono>
#include <string_view>

#include "core/clock.hpp"
#include "core/config_reader.hpp"

/// What the tables of the format share.
namespace probe {

/// Bounds of every time in a scenario.
inline constexpr core::duration shortest_time = std::chrono::milliseconds(1);
/// More often than this only a load starts runs.
inline constexpr core::duration shortest_interval = std::chrono::milliseconds(100);
inline constexpr core::duration longest_time = std::chrono::hours(24);

/// Where to point for a rule about `key`: its value, or the map when it is not there.
inline const core::position& place_of(const core::node& from, std::string_view key) {
  const core::node* found = from.find(key);
  return found ? found->at : from.at;
}

/// The same for an item of the list that `key` has.
inline const core::position& place_of(const core::node& from, std::string_view key,
                                      std::size_t item) {
  const core::node* found = from.find(key);
  return found && item < found->items.size() ? found->items[item].at : place_of(from, key);
}

}  // namespace probe
