#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slo/model/metric_query.hpp"

namespace slo {

/// Whether a text can be a PromQL query at all: it is not blank, its quotes and brackets are
/// closed, and its only template expression is `{{.window}}`. The full grammar is Prometheus's.
/// Nullopt: nothing is wrong. Pure.
std::optional<query_problem> check_query_text(std::string_view text);

/// The query with a window ("5m") for each `{{.window}}`. Pure.
std::string with_window(std::string_view text, std::string_view window);

}  // namespace slo
