#pragma once

#include <optional>
#include <vector>

#include "slo/evidence/evidence.hpp"
#include "slo/evidence/prometheus_client.hpp"

namespace slo {

/// Which numbers are wanted.
struct collection {
  bool rules_first = true;            ///< recording rules where they have data; false: raw only
  unix_millis at = 0;                 ///< end of the window
  std::optional<unix_millis> window;  ///< its length; absent: each objective's period
};

/// What Prometheus knows of each objective, in their order. Raw samples of a long window are read
/// from where they begin. A query that Prometheus refuses becomes that objective's `problem`; the
/// failure is that Prometheus could not be asked. Client and objectives outlive it.
core::task<boost::system::result<std::vector<evidence>, prometheus_failure>> collect(
    prometheus_client& client, const std::vector<objective>& objectives, collection wanted);

}  // namespace slo
