#pragma once

#include "slo/gate/verdict.hpp"

/// A candidate beside a baseline. Pure.
namespace slo {

/// Events of both; the question is whether the candidate's error ratio is below the baseline's plus
/// a margin. The budget of the candidate's trial only says where ratios are to be expected.
struct two_samples {
  trial candidate;
  trial baseline;
  double margin = 0;  ///< absolute, in (0, 1)
};

/// Bounds of the difference candidate - baseline, in [-1, 1]; each is wrong with a chance of at
/// most alpha, whatever the true ratios are.
error_interval difference_of(const two_samples& t, double alpha, gate_method method);

/// How strongly the samples show that the difference is below the margin, or above it.
///
/// sequence: the product of both mixture martingales is one for every pair of true ratios, in
/// whatever order events arrive; the level is that of the pair on the other side of the margin that
/// fits best. So it may be looked at after every event of either.
/// fixed: Clopper and Pearson's bounds of both, each with half of the level (exact, and
/// conservative).
levels levels_of(const two_samples& t, gate_method method);

/// The number of the candidate's events at which it would pass if no further one were bad and the
/// baseline stayed as it is; nullopt when it never would, or beyond 10^12.
std::optional<std::int64_t> events_to_pass(const two_samples& t, double alpha, gate_method method);

}  // namespace slo
