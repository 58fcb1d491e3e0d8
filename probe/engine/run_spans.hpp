#pragma once

#include "core/clock.hpp"
#include "core/span_sink.hpp"
#include "probe/engine/run_result.hpp"

namespace probe {

/// Records the spans of a run: one for the run (internal) and one a step (client), which is what
/// the step's requests carried as their parent. Nothing for a scenario that is not traced. A step
/// that polls is one span; its attempts share it.
void record_spans(const run_result& result, const core::wall_clock& wall, core::span_sink& sink);

}  // namespace probe
