#pragma once

#include <string>

#include "core/http_server.hpp"
#include "core/series_budget.hpp"
#include "core/series_census.hpp"

namespace core {
class exposition;
}

namespace sidecar {

/// What /series says as JSON: the limit, families by number of series, and of each its labels with
/// the values that have most series. Pure.
std::string as_json(const core::series_census& census, const core::series_budget& budget);

/// GET /series: a census of everything that /metrics exposes, whatever its source. `?top=N` values
/// a label (10 unless told, at most 1000). Both references outlive the handler.
core::http_handler series_page(const core::exposition& metrics, const core::series_budget& budget);

}  // namespace sidecar
