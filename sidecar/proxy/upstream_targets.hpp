#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/srv_answer.hpp"

namespace sidecar {

/// One address that requests may go to.
struct upstream_target {
  std::uint16_t priority = 0;  ///< lowest first
  std::uint16_t weight = 0;    ///< share within its priority
  core::asio::ip::tcp::endpoint at;

  friend bool operator==(const upstream_target&, const upstream_target&) = default;
};

/// Targets in the order that `choose` wants: by priority, within one the weightless first; each
/// endpoint once, as what it was first.
std::vector<upstream_target> in_order(std::vector<upstream_target> targets);

/// A host's addresses as targets: those of the first one's family share the requests, the others
/// are for when none of these can be reached.
std::vector<upstream_target> targets_of(std::span<const core::asio::ip::address> addresses,
                                        std::uint16_t port);

/// Chooses one of `targets` (as of `in_order`) that is `usable` (its index is asked for): the
/// lowest priority that has one, and there by weight as RFC 2782 says, a weight of 0 standing for a
/// very small share; evenly where no weight is given. `random` is uniform in [0, 1). Allocates
/// nothing.
template <class Usable>
std::optional<std::size_t> choose(std::span<const upstream_target> targets, Usable usable,
                                  double random) {
  for (std::size_t begin = 0, end; begin < targets.size(); begin = end) {
    std::uint64_t weights = 0, count = 0, weightless = 0;
    for (end = begin; end < targets.size() && targets[end].priority == targets[begin].priority;
         ++end) {
      if (!usable(end)) continue;
      weights += targets[end].weight;
      ++count;
      weightless += targets[end].weight == 0;
    }
    if (count == 0) continue;
    // Drawn from 1 to the sum; from 0 where the weightless are to have their chance too.
    const bool even = weights == 0;
    const std::uint64_t lowest = even || weightless == 0 ? 1 : 0;
    const std::uint64_t choices = even ? count : weights + 1 - lowest;
    const auto drawn = lowest + static_cast<std::uint64_t>(random * static_cast<double>(choices));
    std::uint64_t sum = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (!usable(i)) continue;
      sum += even ? 1 : targets[i].weight;
      if (sum >= drawn) return i;
    }
  }
  return std::nullopt;
}

}  // namespace sidecar
