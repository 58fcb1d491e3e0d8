#include "sidecar/config/metrics_config.hpp"

#include "sidecar/config/place.hpp"

namespace sidecar {

void metrics_config::check(const metrics_config& value, const core::node& from, core::reading& r) {
  for (const auto& bound : value.duration_bounds)
    if (bound <= core::duration::zero())
      r.found.add(place(from, "duration_bounds"), "a bound that is not positive",
                  "a duration such as 200ms");
  if (value.duration_bounds.size() > most_bounds)
    r.found.add(place(from, "duration_bounds"),
                std::to_string(value.duration_bounds.size()) + " bounds",
                "at most " + std::to_string(most_bounds) + ": every series has a bucket of each");
}

}  // namespace sidecar
