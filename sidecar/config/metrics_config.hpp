#pragma once

#include <cstdint>
#include <vector>

#include "core/config_reader.hpp"

namespace sidecar {

/// What metrics are made of, apart from who reads them.
struct metrics_config {
  static constexpr std::size_t most_bounds = 32;

  std::vector<core::duration> duration_bounds;
  std::int64_t series_limit = 2000;
  bool learn_routes = true;
  std::int64_t learned_routes_limit = 200;

  static void describe(core::fields<metrics_config>& f) {
    f.optional("duration_bounds", &metrics_config::duration_bounds,
               "Bounds of the duration histograms beside those of the conventions (5ms 10ms 25ms "
               "50ms 75ms 100ms 250ms 500ms 750ms 1s 2500ms 5s 7500ms 10s); at most 32.");
    f.optional("series_limit", &metrics_config::series_limit,
               "Series a metric family may have; what comes beyond is observed in the family's "
               "series `{otel_metric_overflow=\"true\"}`.")
        .range<std::int64_t>(10, 1'000'000);
    f.optional("learn_routes", &metrics_config::learn_routes,
               "Label requests that fit no configured route by what the application's own spans "
               "say (`http.route`); needs `relay`. SLIs go by configured routes alone.");
    f.optional("learned_routes_limit", &metrics_config::learned_routes_limit,
               "How many templates are learned.")
        .range<std::int64_t>(1, 10'000);
    f.check(check);
  }
  static void check(const metrics_config& value, const core::node& from, core::reading& r);
};

}  // namespace sidecar
