#include "sidecar/proxy/upstream_targets.hpp"

#include <algorithm>
#include <set>

namespace sidecar {

std::vector<upstream_target> in_order(std::vector<upstream_target> targets) {
  std::set<core::asio::ip::tcp::endpoint> seen;
  std::erase_if(targets, [&](const auto& t) { return !seen.insert(t.at).second; });
  std::stable_sort(targets.begin(), targets.end(), [](const auto& a, const auto& b) {
    if (a.priority != b.priority) return a.priority < b.priority;
    return a.weight == 0 && b.weight != 0;
  });
  return targets;
}

std::vector<upstream_target> targets_of(std::span<const core::asio::ip::address> addresses,
                                        std::uint16_t port) {
  std::vector<upstream_target> out;
  for (const auto& address : addresses) {
    const bool other = address.is_v6() != addresses.front().is_v6();
    out.push_back({static_cast<std::uint16_t>(other ? 1 : 0), 0, {address, port}});
  }
  return in_order(std::move(out));
}

}  // namespace sidecar
