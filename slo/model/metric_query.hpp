#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/model/selector.hpp"

namespace slo {

/// The counter behind a query, recovered so that any window over it can be computed exactly.
struct metric_query {
  selector counter;
  bool windowed = false;                ///< it was written as a rate or increase over `{{.window}}`
  std::vector<std::string> grouping{};  ///< labels of `sum by (…)`, sorted
};

/// Why a query is none that we can compute exactly.
struct query_problem {
  std::size_t offset = 0;  ///< in the query's text
  std::string what;
  std::string expected;
};

/// Reads a query of an OpenSLO metric source. What is understood, because it can be made exact:
///   selector                                      (a counter)
///   sum(selector)
///   rate|increase(selector[{{.window}}])
///   sum(rate|increase(selector[{{.window}}]))
///   sum by (label, …) (…), sum(…) by (label, …)
/// Everything else is a problem: it could only be approximated. Pure.
boost::system::result<metric_query, query_problem> parse_metric_query(std::string_view text);

}  // namespace slo
