#pragma once

#include <functional>
#include <vector>

#include "slo/evidence/evidence_collector.hpp"

namespace slo {

/// Runs `body` on a loop of its own, to its end; throws what it throws.
void ask_prometheus(const core::base_url& where,
                    const std::function<core::task<>(prometheus_client&)>& body);

using collected = boost::system::result<std::vector<evidence>, prometheus_failure>;

/// `collect`, waited for.
collected collect_now(const core::base_url& where, const std::vector<objective>& objectives,
                      collection wanted);

/// Says on standard error why Prometheus could not be asked, and gives the exit code.
int unreachable(const core::base_url& where, const prometheus_failure& why);

}  // namespace slo
