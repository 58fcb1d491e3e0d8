#include "sidecar/config/synthetic_config.hpp"

#include "sidecar/config/place.hpp"

namespace sidecar {

void synthetic_config::check(const synthetic_config& value, const core::node& from,
                             core::reading& r) {
  if (value.keys.empty() || value.keys.size() > 2)
    r.found.add(place(from, "keys"), std::to_string(value.keys.size()) + " keys",
                "one key, or two while keys are rotated");
  for (const auto& key : value.keys)
    if (!key.key.empty() && key.key.reveal().size() < 32)
      r.found.add(place(from, "keys"),
                  "the secret of key \"" + key.id + "\" is shorter than 32 bytes",
                  "at least 32 bytes");
}

}  // namespace sidecar
