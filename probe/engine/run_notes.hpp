#pragma once

#include <optional>
#include <set>
#include <string>

#include "probe/checks/check.hpp"
#include "probe/engine/run_result.hpp"
#include "probe/engine/runner.hpp"

namespace probe {

/// Writes into a run's result what its attempts came to: the facts of its last step, who is known
/// to have told us of its times, and the verdict of a failure. Texts are masked. All it is given
/// outlives it.
class run_notes {
 public:
  run_notes(const run_order& order, run_result& result) : order_(order), result_(result) {}

  /// Keeps the facts of an attempt; those of the last one stay.
  void note(const check_result& from);
  /// An answer that is wrong may be anybody's, so only a right one says that we are not known.
  void note_recognition(const step_result& done);
  /// The last step failed, as this attempt of it shows.
  void fail(const check_result& from, failure_reason why, std::string detail,
            std::optional<phase> late = std::nullopt);

 private:
  bool known_to_sidecar(const check_result& from, std::size_t step) const;

  const run_order& order_;
  run_result& result_;
  std::set<std::string> origins_that_told_;  // of this run
};

}  // namespace probe
