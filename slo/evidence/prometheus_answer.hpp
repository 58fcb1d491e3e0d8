#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/evidence/time_series.hpp"

namespace slo {

/// Reads the body of an answer of Prometheus' query API: a vector (one sample each), a matrix, or a
/// scalar (a series without labels). Strict: whatever is not as documented, and an answer that says
/// it is incomplete, is an error, told in words.
/// https://prometheus.io/docs/prometheus/latest/querying/api/
boost::system::result<std::vector<time_series>, std::string> parse_prometheus_answer(
    std::string_view body);

}  // namespace slo
