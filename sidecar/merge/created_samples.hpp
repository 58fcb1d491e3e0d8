#pragma once

namespace sidecar {

struct parsed_metrics;

/// The text format has no `_created` samples: client libraries write a gauge `x_created` beside a
/// counter, histogram or summary `x`, and OpenMetrics forbids two such families. Makes these gauges
/// samples of the family they belong to, each behind the samples of its labels; written as text,
/// they become gauges again.
void fold_created_samples(parsed_metrics& metrics);

}  // namespace sidecar
