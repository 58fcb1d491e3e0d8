#pragma once

#include <string>
#include <vector>

#include "slo/evidence/prometheus_client.hpp"
#include "slo/gate/gate.hpp"

/// What the gate asks of a running Prometheus.
namespace slo {

/// Whose events, and when.
struct gate_window {
  unix_millis from = 0;
  unix_millis to = 0;
  std::vector<label_matcher> only;  ///< of these series; empty: of all that an objective selects
};

template <class T>
using asked = boost::system::result<T, prometheus_failure>;

/// Evidence from raw samples, in the order of the objectives. What has no events to count has
/// empty evidence. Client and objectives outlive it.
core::task<asked<std::vector<evidence>>> gate_evidence(prometheus_client& client,
                                                       const std::vector<objective>& objectives,
                                                       gate_window window);

/// Adds to each line with bad events the traces that its histograms' exemplars lead to.
core::task<> add_traces(prometheus_client& client, gate_result& into, gate_window window);

/// What is left of each objective's budget over its period: as the recording rules say
/// (`slo:error_budget_remaining:ratio`, the least of a grouped objective's), else as a report would
/// count it.
core::task<asked<std::vector<budget_state>>> read_budgets(prometheus_client& client,
                                                          const std::vector<objective>& objectives,
                                                          unix_millis at);

/// What exemplars show of an objective's failures: one entry a series, newest traces first. Pure.
std::vector<failure_kind> failures_shown(const objective& o, std::vector<exemplar> exemplars);

/// The objective with more conditions on the series of its counters. Pure.
objective restricted(objective o, const std::vector<label_matcher>& only);

}  // namespace slo
