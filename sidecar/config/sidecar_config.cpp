#include "sidecar/config/sidecar_config.hpp"

#include <set>

#include "sidecar/config/place.hpp"

namespace sidecar {
namespace {

template <class Listener>
void check_addresses(const std::vector<Listener>& listeners, const core::node& from,
                     std::string_view key, std::set<std::string>& seen, core::reading& r) {
  for (const auto& l : listeners)
    if (l.listen.port != 0 && !seen.insert(l.listen.to_string()).second)
      r.found.add(place(from, key), "two listeners on " + l.listen.to_string(),
                  "an address of its own for each");
}

}  // namespace

void sidecar_config::check(const sidecar_config& value, const core::node& from, core::reading& r) {
  if (value.inbound.empty() && value.outbound.empty())
    r.found.add(from.at, "no listener", "at least one entry in inbound or outbound");
  std::set<std::string> seen;
  check_addresses(value.inbound, from, "inbound", seen, r);
  check_addresses(value.outbound, from, "outbound", seen, r);
}

}  // namespace sidecar
