#include "slo/gate/two_samples.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "slo/gate/mixture.hpp"

namespace slo {

namespace {

/// Either sample may be anything, for one compares where the objective itself is out of reach too:
/// half of the prior's weight is on "never bad", a quarter near the budget, a quarter everywhere.
double log_mixed(const trial& t) {
  const mixture near_budget{0.5, 0.5};
  const mixture anywhere{0.5, 0.5 * t.budget};
  const double some_bad =
      (std::exp(log_mixture(t, near_budget) - log_mixture(t, anywhere)) + 1) / 4;
  const double log_some_bad = std::log(some_bad) + log_mixture(t, anywhere);
  return t.bad > 0 ? log_some_bad : std::log(0.5 + std::exp(log_some_bad));
}

double observed_difference(const two_samples& t) {
  const auto ratio = [](const trial& one) {
    return static_cast<double>(one.bad) / static_cast<double>(one.events);
  };
  return ratio(t.candidate) - ratio(t.baseline);
}

/// The least value of a convex function within [low, high].
template <class Function>
double least_of(double low, double high, Function f) {
  constexpr double golden = 0.6180339887498949;
  const double ends = std::min(f(low), f(high));
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = f(a), at_b = f(b);
  for (int i = 0; i < 90; ++i) {
    if (at_a < at_b) {
      high = b, b = a, at_b = at_a;
      at_a = f(a = high - golden * (high - low));
    } else {
      low = a, a = b, at_a = at_b;
      at_b = f(b = low + golden * (high - low));
    }
  }
  return std::min({ends, at_a, at_b});
}

/// The level at which the sequences reject every pair of ratios that differ by `difference`.
double sequence_level(const two_samples& t, double difference) {
  const double mixed = log_mixed(t.candidate) + log_mixed(t.baseline);
  const double evidence =
      least_of(std::max(0.0, -difference), std::min(1.0, 1 - difference), [&](double ratio) {
        const double at = std::clamp(ratio + difference, 0.0, 1.0);
        return mixed - log_likelihood(t.baseline, ratio) - log_likelihood(t.candidate, at);
      });
  return std::min(1.0, std::exp(-evidence));
}

/// Chance of at most so many bad events, and of at least so many.
double at_most(const trial& t, double ratio) {
  if (t.bad == t.events) return 1;
  return boost::math::ibetac(static_cast<double>(t.bad) + 1, static_cast<double>(t.events - t.bad),
                             std::clamp(ratio, 0.0, 1.0));
}
double at_least(const trial& t, double ratio) {
  if (t.bad == 0) return 1;
  return boost::math::ibeta(static_cast<double>(t.bad), static_cast<double>(t.events - t.bad) + 1,
                            std::clamp(ratio, 0.0, 1.0));
}

/// A pair is rejected when one of its two ratios is, at half the level. Along the pairs one of the
/// two chances grows and the other falls: the pair that is hardest to reject is where they meet.
double fixed_level(const two_samples& t, double difference, bool pass) {
  const auto growing = [&](double ratio) {
    return pass ? at_least(t.baseline, ratio) : at_least(t.candidate, ratio + difference);
  };
  const auto falling = [&](double ratio) {
    return pass ? at_most(t.candidate, ratio + difference) : at_most(t.baseline, ratio);
  };
  const double low = std::max(0.0, -difference);
  const double high = std::min(1.0, 1 - difference);
  const auto either = [&](double ratio) { return std::min(growing(ratio), falling(ratio)); };
  const double met =
      crossing(low, high, [&](double ratio) { return growing(ratio) < falling(ratio); });
  return std::min(1.0, 2 * std::max({either(low), either(met), either(high)}));
}

double level(const two_samples& t, double difference, bool pass, gate_method method) {
  if (t.candidate.events == 0 || t.baseline.events == 0) return 1;
  const double seen = observed_difference(t);
  if (pass ? seen >= difference : seen <= difference) return 1;
  return method == gate_method::sequence ? sequence_level(t, difference)
                                         : fixed_level(t, difference, pass);
}

}  // namespace

error_interval difference_of(const two_samples& t, double alpha, gate_method method) {
  if (t.candidate.events == 0 || t.baseline.events == 0) return {-1, 1};
  const double seen = observed_difference(t);
  const auto kept = [&](bool pass) {
    return [&, pass](double difference) { return level(t, difference, pass, method) > alpha; };
  };
  return {crossing(seen, -1.0, kept(false)), crossing(seen, 1.0, kept(true))};
}

levels levels_of(const two_samples& t, gate_method method) {
  return {level(t, t.margin, true, method), level(t, t.margin, false, method)};
}

std::optional<std::int64_t> events_to_pass(const two_samples& t, double alpha, gate_method method) {
  return least_events(t.candidate.events, [&](std::int64_t events) {
    auto more = t;
    more.candidate.events = events;
    return level(more, t.margin, true, method) <= alpha;
  });
}

}  // namespace slo
