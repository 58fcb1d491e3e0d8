#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "slo/gate/verdict.hpp"

/// Releases whose true error ratios are known, judged as they go: how long a verdict takes, and how
/// often it is wrong.
namespace slo {

struct simulated_objective {
  double budget = 0;
  double truth = 0;  ///< chance of each event to be bad
};

struct simulated_rules {
  double alpha = 0.05;
  gate_method method = gate_method::sequence;
  std::int64_t most = 10'000;  ///< events of each objective, then it ends undecided
  /// The same events are bad for all objectives, whose truths are that of the first one.
  bool together = false;
};

struct simulated_end {
  outcome what = outcome::inconclusive;
  std::int64_t events = 0;  ///< of each objective until then
};

/// Every objective gets one event at a time; the verdict is asked for after every one, and the
/// first that is no "inconclusive" stands. Runs of good events are leapt over: within one, evidence
/// to pass only grows and evidence to fail only shrinks, so that the result is the same.
simulated_end simulate_release(const std::vector<simulated_objective>& objectives,
                               const simulated_rules& rules, std::mt19937_64& random);

/// What became of many releases.
struct simulated_course {
  std::int64_t releases = 0;
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  std::vector<std::int64_t> decided_after;  ///< events, ascending; of those that were decided

  double share(std::int64_t count) const noexcept {
    return releases == 0 ? 0 : static_cast<double>(count) / static_cast<double>(releases);
  }
  /// The events after which this share of all releases was decided; -1 when fewer were.
  std::int64_t decided_by(double share_of_releases) const noexcept;
};
simulated_course simulate_releases(const std::vector<simulated_objective>& objectives,
                                   const simulated_rules& rules, std::int64_t releases,
                                   std::uint64_t seed);

}  // namespace slo
