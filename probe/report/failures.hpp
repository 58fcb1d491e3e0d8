#pragma once

#include <deque>
#include <string>

#include "core/clock.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/report/time_text.hpp"

namespace core {
class logger;
}

namespace probe {

/// The last failed runs, newest last; the page /failures. Bounded in number, and each in size by
/// the number of steps. Holds no headers and no bodies. On the worker's thread.
class failures {
 public:
  explicit failures(const core::wall_clock& wall, std::size_t keep = 200)
      : wall_(wall), keep_(keep) {}

  /// Keeps a run if it failed.
  void note(const run_result& result);

  std::size_t size() const noexcept { return kept_.size(); }
  /// `{"failures":[{scenario, intended, duration_seconds, step, where, why, detail, trace_id,
  /// steps:[…]}…]}`
  std::string to_json() const;

 private:
  const core::wall_clock& wall_;
  std::size_t keep_;
  std::deque<std::string> kept_;  // rendered
};

/// One failed run as a JSON object.
std::string failure_json(const run_result& result, const core::wall_clock& wall);

/// A warning line for a failed run, with its trace id.
void log_failure(const run_result& result, core::logger& log);

}  // namespace probe
