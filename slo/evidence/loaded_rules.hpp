#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "slo/rules/rules.hpp"

namespace slo {

/// Reads the body of an answer of Prometheus' /api/v1/rules: the groups that it has loaded, with
/// expressions in Prometheus' spelling. Strict about what is read; the error is told in words.
/// https://prometheus.io/docs/prometheus/latest/querying/api/#rules
boost::system::result<std::vector<rule_group>, std::string> parse_loaded_rules(
    std::string_view body);

}  // namespace slo
