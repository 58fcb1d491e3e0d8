#pragma once

#include "slo/gate/verdict.hpp"

/// What confidence sequences of error ratios are made from: mixture likelihoods. Pure.
namespace slo {

/// A prior on the error ratio: Beta(bad, good_budgets / budget). Any prior keeps the error rates; a
/// good one decides early where the truth usually is.
struct mixture {
  double bad;
  double good_budgets;
};

/// Logarithm of the likelihood of a trial's events under the prior.
double log_mixture(const trial& t, const mixture& prior);
/// Logarithm of their likelihood at one ratio; -infinity where they cannot happen.
double log_likelihood(const trial& t, double ratio);

/// Where something that is true at `kept` and false at `rejected` changes; a point on the side of
/// `kept`.
template <class Holds>
double crossing(double kept, double rejected, Holds holds) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (kept + rejected) / 2;
    if (middle == kept || middle == rejected) break;
    (holds(middle) ? kept : rejected) = middle;
  }
  return kept;
}

/// The least number of events, from those of `t` on, at which `passes(events)`; nullopt beyond
/// 10^12. It must not change back.
template <class Passes>
std::optional<std::int64_t> least_events(std::int64_t from, Passes passes) {
  constexpr std::int64_t most = 1'000'000'000'000;
  std::int64_t low = from;
  std::int64_t high = from > 1 ? from : 1;
  while (!passes(high)) {
    if (high > most) return std::nullopt;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (passes(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace slo
