#pragma once

#include <optional>
#include <string_view>

#include "slo/model/metric_query.hpp"

namespace slo {

/// Whether a text can be a PromQL query at all: it is not blank, its quotes and brackets are
/// closed, and its only template expression is `{{.window}}`. The full grammar is Prometheus's.
/// Nullopt: nothing is wrong. Pure.
std::optional<query_problem> check_query_text(std::string_view text);

}  // namespace slo
