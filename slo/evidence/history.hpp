#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/evidence.hpp"

/// How an objective did over time, for charts and for finding out when its budget was spent.
namespace slo {

/// One step of a history: what happened in the time that ends at `at`.
struct history_point {
  unix_millis at = 0;
  tally used;                       ///< in the history's unit; zeros without data
  std::optional<double> burn_rate;  ///< of this step; nullopt without events
  double coverage = 0;              ///< share of the step that has data
};

/// Steps of equal length, the first one beginning at `from`, ascending, without gaps.
struct history {
  unix_millis from = 0;
  unix_millis step = 0;
  evidence_source source = evidence_source::rules;
  budget_unit unit = budget_unit::events;
  std::vector<history_point> points;
  std::string problem;  ///< why there is none; "" when there is

  unix_millis to() const noexcept { return from + step * static_cast<unix_millis>(points.size()); }
};

/// No history has more points than this, whatever it spans.
inline constexpr std::size_t most_history_points = 11'000;

/// What a step has to be so that (from, to] has few enough points, and no finer than the recording
/// rules know it: five minutes for up to a day, whole hours for longer.
unix_millis history_step(unix_millis from, unix_millis to);

/// From the recorded series of one objective (`history_query`), one sample a step. Pure.
history recorded_history(const objective& o, const std::vector<time_series>& recorded,
                         unix_millis from, unix_millis to, unix_millis step);
/// PromQL for them, to be asked once a step.
std::string history_query(const objective& o, unix_millis step);

/// From raw samples of counters. Pure.
history raw_history(const objective& o, const raw_samples& samples, unix_millis from,
                    unix_millis to, unix_millis step);

/// Neighbours joined, so that at most `most` points are left.
history coarser(const history& of, std::size_t most);
/// The points within (from, to].
history part_of(const history& of, unix_millis from, unix_millis to);

/// All points together.
tally total_of(const history& of);
/// The burn rate over all points: of a composite the mean over the time that has data.
std::optional<double> burn_rate_over(const objective& o, const history& of);

/// What is left of the budget of the whole history at the end of each point: 1 at its start, and at
/// its end what all of its events together leave. Nullopt where nothing had happened yet.
std::vector<std::optional<double>> burn_down(const objective& o, const history& of);

/// A stretch of time that spent budget faster than it grows.
struct bad_period {
  unix_millis from = 0;
  unix_millis to = 0;
  tally used;
  double budget_spent = 0;  ///< share of the budget of the whole history
  double highest_burn_rate = 0;
};

/// The stretches that spent most of the budget, the worst first; points beside each other with a
/// burn rate above 1 are one stretch.
std::vector<bad_period> worst_periods(const objective& o, const history& of, std::size_t most);

}  // namespace slo
