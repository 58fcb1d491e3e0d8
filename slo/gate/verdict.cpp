#include "slo/gate/verdict.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>

namespace slo {

namespace {

/// A prior on the error ratio: Beta(bad, good_budgets / budget). Any prior keeps the error rates; a
/// good one decides early where the truth usually is.
struct mixture {
  double bad;
  double good_budgets;
};
/// Against "the ratio is at least the budget": mean a tenth of it, where healthy services are, with
/// most of its weight near zero (clean evidence for 99 % passes at about 320 events).
constexpr mixture healthy{0.3, 3};
/// Against "the ratio is at most the budget": mean twice the budget, with a long tail (2 % bad on
/// 99 % fail after about 1,100 events; everything bad after three).
constexpr mixture broken{1, 0.5};
constexpr std::int64_t most_events = 1'000'000'000'000;

double log_beta(double a, double b) {
  return boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
}

/// Logarithm of the mixture likelihood of a trial, to be compared with that of any one ratio.
double log_mixture(const trial& t, const mixture& prior) {
  const double good_prior = prior.good_budgets / t.budget;
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  return log_beta(prior.bad + bad, good_prior + good) - log_beta(prior.bad, good_prior);
}

double log_likelihood(const trial& t, double ratio) {
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  // 0 · log 0 is 0 here: what did not happen says nothing.
  return (bad > 0 ? bad * std::log(ratio) : 0) + (good > 0 ? good * std::log1p(-ratio) : 0);
}

double observed_ratio(const trial& t) {
  return static_cast<double>(t.bad) / static_cast<double>(t.events);
}

/// The level at which the sequence rejects `ratio` as the true one.
double sequence_level(const trial& t, double ratio, const mixture& prior) {
  return std::min(1.0, std::exp(log_likelihood(t, ratio) - log_mixture(t, prior)));
}

/// Where the level crosses alpha between the observed ratio, which is never rejected, and `end`.
double crossing(const trial& t, double alpha, double end, const mixture& prior) {
  double kept = observed_ratio(t);
  double rejected = end;
  for (int i = 0; i < 200 && std::abs(kept - rejected) > 1e-15; ++i) {
    const double middle = (kept + rejected) / 2;
    (sequence_level(t, middle, prior) > alpha ? kept : rejected) = middle;
  }
  return kept;
}

error_interval sequence_interval(const trial& t, double alpha) {
  return {t.bad == 0 ? 0 : crossing(t, alpha, 0, broken),
          t.bad == t.events ? 1 : crossing(t, alpha, 1, healthy)};
}

error_interval exact_interval(const trial& t, double alpha) {
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  return {bad == 0 ? 0 : boost::math::ibeta_inv(bad, good + 1, alpha),
          good == 0 ? 1 : boost::math::ibetac_inv(bad + 1, good, alpha)};
}

}  // namespace

const char* to_label(outcome o) noexcept {
  switch (o) {
    case outcome::pass: return "pass";
    case outcome::fail: return "fail";
    case outcome::inconclusive: return "inconclusive";
  }
  return "inconclusive";
}

error_interval interval_of(const trial& t, double alpha, gate_method method) {
  if (t.events == 0) return {};
  return method == gate_method::fixed ? exact_interval(t, alpha) : sequence_interval(t, alpha);
}

double pass_level(const trial& t, gate_method method) {
  if (t.events == 0 || t.bad == t.events) return 1;
  if (method == gate_method::sequence) {
    return observed_ratio(t) < t.budget ? sequence_level(t, t.budget, healthy) : 1;
  }
  // At most this many bad events, at a true ratio of the whole budget.
  return boost::math::ibetac(static_cast<double>(t.bad) + 1, static_cast<double>(t.events - t.bad),
                             t.budget);
}

double fail_level(const trial& t, gate_method method) {
  if (t.bad == 0) return 1;
  if (method == gate_method::sequence) {
    return observed_ratio(t) > t.budget ? sequence_level(t, t.budget, broken) : 1;
  }
  return boost::math::ibeta(static_cast<double>(t.bad), static_cast<double>(t.events - t.bad) + 1,
                            t.budget);
}

std::optional<std::int64_t> events_to_pass(const trial& t, double alpha, gate_method method) {
  const auto passes = [&](std::int64_t events) {
    return pass_level({events, t.bad, t.budget}, method) <= alpha;
  };
  std::int64_t low = t.events;
  std::int64_t high = std::max<std::int64_t>(t.events, 1);
  while (!passes(high)) {
    if (high > most_events) return std::nullopt;
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (passes(middle) ? high : low) = middle;
  }
  return high;
}

verdict judge(const std::vector<trial>& trials, double alpha, gate_method method) {
  verdict out;
  std::vector<double> levels;
  for (const auto& t : trials) {
    levels.push_back(fail_level(t, method));
    out.each.push_back(pass_level(t, method) <= alpha ? outcome::pass : outcome::inconclusive);
  }
  std::vector<std::size_t> order(trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return levels[a] < levels[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (levels[order[i]] > alpha / static_cast<double>(order.size() - i)) break;
    out.each[order[i]] = outcome::fail;
  }
  const auto is = [](outcome wanted) { return [wanted](outcome o) { return o == wanted; }; };
  if (std::any_of(out.each.begin(), out.each.end(), is(outcome::fail))) {
    out.overall = outcome::fail;
  } else if (!out.each.empty() &&
             std::all_of(out.each.begin(), out.each.end(), is(outcome::pass))) {
    out.overall = outcome::pass;
  }
  return out;
}

}  // namespace slo
