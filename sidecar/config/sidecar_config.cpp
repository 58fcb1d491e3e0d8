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

// Asking ourselves would wait for its own answer.
void check_merge(const sidecar_config& value, const core::node& from, core::reading& r) {
  if (!value.merge) return;
  for (const auto& source : value.merge->sources)
    if (source.url.authority.port == value.admin.listen.port && value.admin.listen.port != 0 &&
        (source.url.authority.host == value.admin.listen.host ||
         source.url.authority.host == "localhost"))
      r.found.add(place(from, "merge"), "the source " + source.name + " is our own admin port",
                  "the address of the application's metrics");
}

}  // namespace

void sidecar_config::check(const sidecar_config& value, const core::node& from, core::reading& r) {
  if (value.inbound.empty() && value.outbound.empty())
    r.found.add(from.at, "no listener", "at least one entry in inbound or outbound");
  std::set<std::string> seen;
  check_addresses(value.inbound, from, "inbound", seen, r);
  check_addresses(value.outbound, from, "outbound", seen, r);
  check_merge(value, from, r);
}

}  // namespace sidecar
