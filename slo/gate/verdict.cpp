#include "slo/gate/verdict.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numeric>

#include "slo/gate/mixture.hpp"

namespace slo {

namespace {

/// Against "the ratio is at least the budget": mean a tenth of it, where healthy services are, with
/// most of its weight near zero (clean evidence for 99 % passes at about 320 events).
constexpr mixture healthy{0.3, 3};
/// Against "the ratio is at most the budget": mean twice the budget, with a long tail (2 % bad on
/// 99 % fail after about 1,100 events; everything bad after three).
constexpr mixture broken{1, 0.5};

double observed_ratio(const trial& t) {
  return static_cast<double>(t.bad) / static_cast<double>(t.events);
}

/// The level at which the sequence rejects `ratio` as the true one.
double sequence_level(const trial& t, double ratio, const mixture& prior) {
  return std::min(1.0, std::exp(log_likelihood(t, ratio) - log_mixture(t, prior)));
}

/// The observed ratio is never rejected; where the level crosses alpha between it and `end`.
double bound(const trial& t, double alpha, double end, const mixture& prior) {
  return crossing(observed_ratio(t), end,
                  [&](double ratio) { return sequence_level(t, ratio, prior) > alpha; });
}

error_interval sequence_interval(const trial& t, double alpha) {
  return {t.bad == 0 ? 0 : bound(t, alpha, 0, broken),
          t.bad == t.events ? 1 : bound(t, alpha, 1, healthy)};
}

error_interval exact_interval(const trial& t, double alpha) {
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  return {bad == 0 ? 0 : boost::math::ibeta_inv(bad, good + 1, alpha),
          good == 0 ? 1 : boost::math::ibetac_inv(bad + 1, good, alpha)};
}

/// The smallest alpha at which something holds that holds at every larger one too; 1 when it does
/// not hold even there.
template <class Holds>
double smallest_alpha(Holds holds) {
  if (!holds(1.0)) return 1;
  const double log_alpha =
      crossing(0.0, -700.0, [&](double candidate) { return holds(std::exp(candidate)); });
  return std::exp(log_alpha);
}

}  // namespace

const char* to_label(gate_method m) noexcept {
  return m == gate_method::sequence ? "sequence" : "fixed";
}

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

levels levels_of(const trial& t, gate_method method) {
  return {pass_level(t, method), fail_level(t, method)};
}

std::optional<std::int64_t> events_to_pass(const trial& t, double alpha, gate_method method) {
  return least_events(t.events, [&](std::int64_t events) {
    return pass_level({events, t.bad, t.budget}, method) <= alpha;
  });
}

error_interval burn_of(const std::vector<weighted_trial>& parts, double alpha, gate_method method) {
  error_interval out{0, 0};
  for (const auto& part : parts) {
    const auto ratio = interval_of(part.what, alpha / static_cast<double>(parts.size()), method);
    out.low += part.weight * ratio.low / part.what.budget;
    out.high += part.weight * ratio.high / part.what.budget;
  }
  return out;
}

levels levels_of(const std::vector<weighted_trial>& parts, gate_method method) {
  if (parts.empty()) return {};
  return {smallest_alpha([&](double alpha) { return burn_of(parts, alpha, method).high < 1; }),
          smallest_alpha([&](double alpha) { return burn_of(parts, alpha, method).low > 1; })};
}

verdict judge(const std::vector<levels>& shown, double alpha) {
  verdict out;
  for (const auto& one : shown)
    out.each.push_back(one.pass <= alpha ? outcome::pass : outcome::inconclusive);
  std::vector<std::size_t> order(shown.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return shown[a].fail < shown[b].fail; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (shown[order[i]].fail > alpha / static_cast<double>(order.size() - i)) break;
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

verdict judge(const std::vector<trial>& trials, double alpha, gate_method method) {
  std::vector<levels> shown;
  for (const auto& t : trials) shown.push_back(levels_of(t, method));
  return judge(shown, alpha);
}

}  // namespace slo
