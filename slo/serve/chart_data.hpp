#pragma once

#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "core/problem_details.hpp"
#include "slo/evidence/time_series.hpp"
#include "slo/model/objective.hpp"

/// What a chart is drawn from: values at even instants, bounded in number. Pure.
namespace slo {

/// Instants `from`, `from + step`, … up to `to`.
struct time_grid {
  unix_millis from = 0, to = 0, step = 0;

  /// The instant that ranges begin after.
  unix_millis before() const noexcept { return from - step; }
  std::size_t size() const noexcept { return static_cast<std::size_t>((to - from) / step) + 1; }
};

/// How much may be asked for at once.
struct grid_limits {
  unix_millis shortest = 10 * 60'000, longest = 400LL * 86'400'000;
  int points = 240;  ///< when nothing is said
  int most_points = 1000;
  unix_millis least_step = 15'000;  ///< finer than samples would be
};

/// The query parameters `range` (a duration, `standard` without it), `at` (its end, now without it)
/// and `points`. The grid ends at a multiple of its step, so that everybody asks for the same.
boost::system::result<time_grid, std::vector<core::problem_item>> read_grid(
    const core::server_request& request, unix_millis standard, unix_millis now,
    const grid_limits& limits = {});

/// PromQL for what the rules recorded of an objective: burn rates, coverage and budget.
std::string chart_query(const objective& o);

/// `{"id","from","to","step_seconds","times":[…],"series":[{"metric","window","values":[…]}]}`:
/// Unix seconds, and of each series a value or null an instant. Of an objective with groups it is
/// the worst of them at each instant.
std::string chart_json(const objective& o, const time_grid& grid,
                       const std::vector<time_series>& found);

}  // namespace slo
