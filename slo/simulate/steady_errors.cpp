#include "slo/simulate/steady_errors.hpp"

#include <algorithm>
#include <cmath>

#include "slo/simulate/poisson.hpp"

namespace slo {

namespace {

/// Halving that often leaves nothing of a double's precision.
constexpr int halvings = 50;

}  // namespace

double event_budget(const objective& o, const std::vector<objective>& all) {
  if (!o.composite()) return o.budget().to_double();
  double burn = 0;
  for (const auto& member : o.members) {
    for (const auto& other : all) {
      if (other.id == member.id) burn += member.weight.to_double() / other.budget().to_double();
    }
  }
  return burn > 0 ? 1 / burn : 1;
}

double bad_slice_chance(double events, double error, double target) {
  const auto failed = poisson_chances(events * error);
  // From the top: chance of at least so many failures.
  auto at_least = failed.chances;
  for (auto i = at_least.size(); i-- > 1;) at_least[i - 1] += at_least[i];

  const auto good = poisson_chances(events * (1 - error));
  double bad = 0;
  for (std::size_t i = 0; i < good.chances.size(); ++i) {
    const auto fine = static_cast<double>(good.first) + static_cast<double>(i);
    // The least number of failures that misses the target, as the rules compare it.
    auto needed = static_cast<std::int64_t>(fine * (1 - target) / target);
    while (fine + static_cast<double>(needed) == 0 ||
           fine / (fine + static_cast<double>(needed)) >= target) {
      ++needed;
    }
    const auto slot = std::max<std::int64_t>(0, needed - failed.first);
    if (static_cast<std::size_t>(slot) < at_least.size()) {
      bad += good.chances[i] * at_least[static_cast<std::size_t>(slot)];
    }
  }
  return bad / (1 - std::exp(-events));
}

double steady_error(const objective& o, const std::vector<objective>& all, double events_a_minute,
                    double burn_rate) {
  const double share = burn_rate * event_budget(o, all);
  if (!o.slices || !o.slices->target) return std::min(1.0, share);
  const double events = events_a_minute * o.slices->minutes;
  const double target = o.slices->target->to_double();
  double low = 0;
  double high = 1;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (bad_slice_chance(events, middle, target) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace slo
