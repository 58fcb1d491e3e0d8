#pragma once

#include <vector>

#include "slo/model/objective.hpp"

namespace slo {

/// Share of the events that must fail for an objective to burn at 1: its budget; of a composite
/// whose members all fail alike, 1 / Σ (weight / budget).
double event_budget(const objective& o, const std::vector<objective>& all);

/// The steady share of failing events with which an objective burns at this rate in the long run,
/// when events arrive by chance. Of events and of ratio slices that is the burn rate times the
/// budget; how many slices miss their target depends on how many events a slice has.
double steady_error(const objective& o, const std::vector<objective>& all, double events_a_minute,
                    double burn_rate);

/// Chance that a slice misses its target when that many events are expected in it, of which this
/// share fails; among slices that have events.
double bad_slice_chance(double events, double error, double target);

}  // namespace slo
