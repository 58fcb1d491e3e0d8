#pragma once

#include <string>
#include <vector>

#include "core/exposition.hpp"
#include "slo/evidence/run_results.hpp"

namespace probe {

/// The counters of a source as objectives select them.
struct run_counters {
  std::vector<std::string> metrics;         ///< names of all samples, in their order
  std::vector<slo::counted_series> series;  ///< those that are not zero
};

/// Everything of a source that counts events: counters, and the buckets and counts of histograms.
/// It is read from the exposition, so that a run counts exactly what a scrape would have seen.
run_counters read_counters(const core::metric_source& source);

}  // namespace probe
