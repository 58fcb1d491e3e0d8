#include "sidecar/config/fault_config.hpp"

#include <algorithm>

#include "sidecar/config/field_name.hpp"
#include "sidecar/config/place.hpp"
#include "sidecar/config/sidecar_config.hpp"

namespace sidecar {
namespace {

/// Adds a problem at the faults of every listener of one direction.
void refuse_faults(const core::node& root, std::string_view direction, core::problems& found) {
  const core::node* listeners = root.find(direction);
  if (!listeners) return;
  for (const core::node& listener : listeners->items) {
    const core::node* faults = listener.find("faults");
    if (faults && !faults->items.empty())
      found.add(faults->at, "faults in a process that must not inject any",
                "the flag --allow-faults on the command line, or no faults");
  }
}

}  // namespace

void fault_header_config::check(const fault_header_config& value, const core::node& from,
                                core::reading& r) {
  if (!is_field_name(value.name))
    r.found.add(place(from, "name"), "\"" + value.name + "\" is no header's name",
                "a name such as x-drill");
}

void fault_config::check(const fault_config& value, const core::node& from, core::reading& r) {
  const int kinds = (value.delay ? 1 : 0) + (value.abort ? 1 : 0) + (value.reset ? 1 : 0);
  if (kinds != 1)
    r.found.add(from.at, "a fault that does " + std::to_string(kinds) + " things",
                "exactly one of delay, abort and reset");
  if (value.percent && value.every)
    r.found.add(place(from, "every"), "a fault both by percent and by every", "one of them");
}

void check_fault_routes(const listener_config& value, const core::node& from, core::reading& r) {
  const core::node* list = from.find("faults");
  for (std::size_t i = 0; list && i < value.faults.size() && i < list->items.size(); ++i) {
    const std::string& route = value.faults[i].route;
    const bool known =
        route.empty() || route == "other" ||
        std::any_of(value.routes.begin(), value.routes.end(),
                    [&](const route_config& configured) { return configured.route == route; });
    if (!known)
      r.found.add(place(list->items[i], "route"), "a fault for the unknown route \"" + route + "\"",
                  "a route of this listener as it is written there, or other");
  }
}

sidecar_config load_sidecar_config(const std::string& path, bool allow_faults,
                                   core::problems& found) {
  const auto document = core::document::load(path, found);
  auto config = core::read_config<sidecar_config>(document, found);
  config.allow_faults = allow_faults;
  if (allow_faults) return config;
  for (const core::node& root : document.roots()) {
    refuse_faults(root, "inbound", found);
    refuse_faults(root, "outbound", found);
  }
  return config;
}

}  // namespace sidecar
