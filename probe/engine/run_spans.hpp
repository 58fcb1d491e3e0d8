#pragma once

#include "core/clock.hpp"
#include "core/span_sink.hpp"
#include "probe/engine/run_result.hpp"

namespace probe {

/// Whether a run's trace is recorded: it failed, or it was sampled when it began.
bool is_recorded(const run_result& result) noexcept;

/// Records the spans of a run: one for the run (internal), one a step (client), which is what the
/// step's requests carried as their parent, and one a phase (internal) of the step's last attempt.
/// Nothing for a scenario that is not traced, nor for a run that passed and was not sampled. A step
/// that polls is one span; its attempts share it.
void record_spans(const run_result& result, const core::wall_clock& wall, core::span_sink& sink);

}  // namespace probe
