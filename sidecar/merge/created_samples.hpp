#pragma once

namespace sidecar {

struct parsed_metrics;

/// Puts each `_created` sample behind the last sample of its labels, or at its family's end when it
/// has none: OpenMetrics wants the samples of one metric together, and so the merged text has one
/// order, whatever the application's was. The text format has no such samples: client libraries
/// write a gauge `x_created` beside a counter, histogram or summary `x`, and OpenMetrics forbids
/// two such families. These gauges become samples of the family they belong to; written as text,
/// they become gauges again.
void place_created_samples(parsed_metrics& metrics);

}  // namespace sidecar
