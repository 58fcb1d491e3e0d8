#pragma once

#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"
#include "slo/evidence/history.hpp"

/// Objectives whose events cannot be counted: ratios of whatever a query gives, ratios that a query
/// gives by itself, values with a limit. They are looked at in equal steps, and each step in which
/// they have a value counts for its time. Pure.
namespace slo {

/// How such an objective is looked at within a window.
struct look {
  unix_millis from = 0;  ///< exclusive
  unix_millis step = 0;
  std::size_t count = 0;
  long window_minutes = 0;  ///< what `{{.window}}` stands for
};
/// Each minute; for long windows in as few steps as one answer of Prometheus may have; slices for
/// what counts slices.
look look_at(const objective& o, unix_millis from, unix_millis to);

/// A query as it is asked.
std::string asked_query(const sli_query& query, const look& how);

/// What the queries gave, a sample a step.
struct looked_up {
  std::vector<time_series> value;  ///< of a ratio: the part
  std::vector<time_series> total;  ///< of a ratio only
};

/// In minutes, or slices.
history approximate_history(const objective& o, const looked_up& values, const look& how);
/// The same in one.
evidence approximate_evidence(const objective& o, const history& of, unix_millis from,
                              unix_millis to);

}  // namespace slo
