#pragma once

#include <cstdint>
#include <memory>

#include "core/task.hpp"
#include "probe/checks/check.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/step_record.hpp"
#include "probe/engine/turns.hpp"

namespace core {
class worker;
}

namespace probe {

/// One run to do.
struct run_order {
  std::shared_ptr<const probe::scenario> scenario;
  std::shared_ptr<const probe_setup> setup;
  core::instant intended{};
  /// The steps whose answers a sidecar told times of in earlier runs; as `run_result::told_steps`.
  std::uint64_t told_steps = 0;
  std::shared_ptr<const replay_values> replay{};  ///< null: a run of its own
  bool load = false;       ///< a load run: signed as such, and its trace is not asked to be kept
  turns* queue = nullptr;  ///< where a finished attempt waits to be judged; null: nowhere
};

/// Runs a scenario once: its steps until one fails, then those that always run. The scenario's
/// timeout counts from now and ends the step it falls into; `always` steps have their own timeouts
/// only. A failure is a value; nothing is thrown for what a server does. On the worker's thread.
core::task<run_result> run_once(core::worker& w, run_order order);

}  // namespace probe
