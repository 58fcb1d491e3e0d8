#pragma once

#include <vector>

#include "slo/model/objective.hpp"
#include "slo/model/windows.hpp"

namespace slo {

/// The alerts of the catalogue for this objective, shortest window first. With time slices every
/// window is rounded up to whole slices, and a row whose long window is shorter than one slice is
/// left out: it could see none.
std::vector<alert_window> alert_windows_of(const objective& o);

/// Windows in minutes, ascending, that are recorded: of those alerts, of the alert policies, the
/// hour (or less, see calendar_step) that longer ones are summed from, and a period that rolls. A
/// period of the calendar has no fixed length and is not among them.
std::vector<long> recorded_windows_of(const objective& o);

/// What a policy looks back over: as written, rounded up to whole slices.
long lookback_of(const objective& o, const alert_policy& policy);

}  // namespace slo
