#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/evidence/time_series.hpp"
#include "slo/model/objective.hpp"

/// Traces of failures, as histograms show them beside their buckets. Pure.
namespace slo {

/// One observation that a histogram kept, with the trace it belongs to.
struct exemplar {
  label_list series;  ///< of the histogram's bucket
  std::string trace_id;
  double value = 0;
  unix_millis at = 0;
};

/// Reads the body of an answer of Prometheus to `/api/v1/query_exemplars`; the error tells what is
/// not as documented, in words. Exemplars without a trace are left out.
/// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars
boost::system::result<std::vector<exemplar>, std::string> parse_exemplars(std::string_view body);

/// PromQL for the buckets whose exemplars may show failures of an objective: those of the same
/// targets and things, whatever the metric. Nullopt when the objective names none of either.
std::optional<std::string> exemplar_selector(const objective& o);

/// Whether an exemplar shows a failure: its series says so (a 5xx status, an error type, a bad
/// outcome), or it took longer than the objective allows (`threshold` or `le` of its good events).
bool shows_failure(const exemplar& e, const objective& o);

}  // namespace slo
