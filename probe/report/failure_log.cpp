#include "probe/report/failure_log.hpp"

#include "core/log.hpp"

namespace probe {

void log_failure(const run_result& result, core::logger& log) {
  const auto* failed = result.failure();
  if (!failed) return;
  log.warning("run failed",
              {{"scenario", result.scenario->key()},
               {"step", result.scenario->at(failed->index).name},
               {"where", to_label(failed->failure->where)},
               {"why", to_label(failed->failure->why)},
               {"detail", failed->detail},
               {"duration_seconds", core::seconds(result.took())}},
              result.context ? &result.context : nullptr);
}

}  // namespace probe
