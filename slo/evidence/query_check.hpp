#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/prometheus_client.hpp"
#include "slo/model/objective.hpp"

/// Whether what SLIs ask for is there: `validate --prometheus`.
namespace slo {

/// What is wrong with a bucket's bound: a problem in the words of problems.
struct bound_problem {
  std::string what;
  std::string expected;
};

/// Whether a selector's matchers of the label `le` select one of the bounds that a histogram has.
/// Nullopt: they do, or it has no such matcher. Pure.
std::optional<bound_problem> check_bucket_bound(const selector& of,
                                                const std::vector<std::string>& bounds);

/// Asks for what every query of the objectives selects, as of the last hour. A selector that
/// matches nothing, a bound that no histogram has and a query that Prometheus refuses are problems
/// at the query's place. A good or bad part of the same metric as its total may have no series yet:
/// that is a note. The failure is that Prometheus could not be asked. Positions must still be held.
core::task<std::optional<prometheus_failure>> check_queries(
    prometheus_client& client, const std::vector<objective>& objectives, unix_millis at,
    reading& how);

}  // namespace slo
